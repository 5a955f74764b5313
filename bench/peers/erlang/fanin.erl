%% P producers each send N/P messages to one consumer, which adds them up. Per message.
-module(fanin).
-export([run/1]).

run([P, N]) ->
    Each = N div P,
    Count = P * Each,
    Main = self(),
    Consumer = spawn_opt(fun() -> Main ! consume(Count, 0) end, [link, {message_queue_data, off_heap}]),
    Start = bench:start(),
    [spawn_link(fun() -> produce(Consumer, Each) end) || _ <- lists:seq(1, P)],
    receive Sum -> Sum = Count end,
    bench:report(fanin, Start, Count).

produce(_, 0) -> ok;
produce(Consumer, N) ->
    Consumer ! {item, 1},
    produce(Consumer, N - 1).

consume(0, Sum) -> Sum;
consume(Left, Sum) ->
    receive {item, X} -> consume(Left - 1, Sum + X) end.
