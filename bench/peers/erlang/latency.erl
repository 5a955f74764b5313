%% N round trips between two processes, each timed, while P other pairs do the same: percentiles of one round trip.
-module(latency).
-export([run/1]).

run([N, Pairs]) ->
    [spawn_link(fun() -> chatter(spawn_link(fun echo/0)) end) || _ <- lists:seq(1, Pairs)],
    bench:percentiles(measure(spawn_link(fun echo/0), N, [])).

measure(_, 0, Times) -> Times;
measure(Echo, N, Times) ->
    Start = bench:start(),
    Echo ! {self(), N},
    receive N -> ok end,
    measure(Echo, N - 1, [bench:start() - Start | Times]).

chatter(Echo) ->
    Echo ! {self(), 0},
    receive 0 -> chatter(Echo) end.

echo() ->
    receive
        {From, N} ->
            From ! N,
            echo()
    end.
