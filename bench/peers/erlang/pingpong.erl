%% Two processes exchange N round trips, one small integer a message. Per message.
-module(pingpong).
-export([run/1]).

run([N]) ->
    Pong = spawn_link(fun pong/0),
    Start = bench:start(),
    1 = ping(Pong, N),
    bench:report(pingpong, Start, 2 * N).

ping(Pong, N) ->
    Pong ! {self(), N},
    receive
        1 -> 1;
        N -> ping(Pong, N - 1)
    end.

pong() ->
    receive
        {From, N} ->
            From ! N,
            pong()
    end.
