%% A parent creates N processes, with 500 alive at a time; each gets one message, replies once and ends. Per process.
-module(spawn).
-export([run/1]).

run([N]) ->
    Start = bench:start(),
    Made = min(500, N),
    [next(I) || I <- lists:seq(0, Made - 1)],
    Sum = N * (N - 1) div 2,
    Sum = collect(N, N, Made, 0),
    bench:report(spawn, Start, N).

collect(0, _, _, Sum) -> Sum;
collect(Left, N, Made, Sum) ->
    receive
        {done, I} when Made < N ->
            next(Made),
            collect(Left - 1, N, Made + 1, Sum + I);
        {done, I} -> collect(Left - 1, N, Made, Sum + I)
    end.

next(I) ->
    spawn(fun worker/0) ! {work, self(), I}.

worker() ->
    receive {work, Parent, I} -> Parent ! {done, I} end.
