%% A processes; each pings a random other one, waits for the pong, R times; a sink collects. Per ping-pong.
-module(big).
-export([run/1]).

run([Agents, Rounds]) ->
    Sink = self(),
    Members = list_to_tuple([spawn_link(fun() -> receive {start, All} -> next(All, I, Sink, I * 7919 + 1, Rounds) end end) || I <- lists:seq(1, Agents)]),
    Start = bench:start(),
    [Member ! {start, Members} || Member <- tuple_to_list(Members)],
    [receive finished -> ok end || _ <- lists:seq(1, Agents)],
    bench:report(big, Start, Agents * Rounds).

next(All, I, Sink, State, 0) ->
    Sink ! finished,
    loop(All, I, Sink, State, 0);
next(All, I, Sink, State, Left) ->
    Random = (State * 1103515245 + 12345) band 16#7fffffff, %% of small integers: a shift register of 64 bits makes big ones
    Other = case (Random bsr 8) rem tuple_size(All) + 1 of
        I -> I rem tuple_size(All) + 1;
        Index -> Index
    end,
    element(Other, All) ! {ping, self()},
    loop(All, I, Sink, Random, Left - 1).

loop(All, I, Sink, State, Left) ->
    receive
        {ping, From} ->
            From ! pong,
            loop(All, I, Sink, State, Left);
        pong -> next(All, I, Sink, State, Left)
    end.
