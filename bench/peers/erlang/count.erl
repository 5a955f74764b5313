%% One producer sends N increments to a counter in one go, then asks for the total. Per message.
-module(count).
-export([run/1]).

run([N]) ->
    Counter = spawn_opt(fun() -> counter(0) end, [link, {message_queue_data, off_heap}]),
    Start = bench:start(),
    produce(Counter, N),
    Counter ! {total, self()},
    receive Total -> Total = N end,
    bench:report(count, Start, N).

produce(_, 0) -> ok;
produce(Counter, N) ->
    Counter ! {add, 1},
    produce(Counter, N - 1).

counter(Sum) ->
    receive
        {add, K} -> counter(Sum + K);
        {total, From} -> From ! Sum
    end.
