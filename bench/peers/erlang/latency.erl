%% N round trips between two processes, each timed, while P other pairs do the same: percentiles of one round trip.
-module(latency).
-export([run/1]).

run([N, Pairs]) ->
    [spawn_link(fun() -> chatter(spawn_link(fun echo/0)) end) || _ <- lists:seq(1, Pairs)],
    Times = atomics:new(N, []), % written as it is made, so that no page of it is new while it is timed
    measure(spawn_link(fun echo/0), N, Times),
    bench:percentiles([atomics:get(Times, I) || I <- lists:seq(1, N)]).

measure(_, 0, _) -> ok;
measure(Echo, N, Times) ->
    Start = bench:start(),
    Echo ! {self(), N},
    receive N -> ok end,
    atomics:put(Times, N, bench:start() - Start),
    measure(Echo, N - 1, Times).

chatter(Echo) ->
    Echo ! {self(), 0},
    receive 0 -> chatter(Echo) end.

echo() ->
    receive
        {From, N} ->
            From ! N,
            echo()
    end.
