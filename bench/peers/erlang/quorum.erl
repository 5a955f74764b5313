%% A coordinator asks 5 voters, waits for 3 yes votes, then starts the next round; late votes are dropped. Per round.
-module(quorum).
-export([run/1]).

run([Rounds]) ->
    Voters = [spawn_link(fun voter/0) || _ <- lists:seq(1, 5)],
    Start = bench:start(),
    Rounds = rounds(Voters, Rounds, 0),
    bench:report(quorum, Start, Rounds).

rounds(_, 0, Good) -> Good;
rounds(Voters, Round, Good) ->
    [Voter ! {vote, self(), Round} || Voter <- Voters],
    wait(Round, 3),
    rounds(Voters, Round - 1, Good + 1).

wait(_, 0) -> ok;
wait(Round, Needed) ->
    receive
        {yes, Round} -> wait(Round, Needed - 1);
        {yes, _} -> wait(Round, Needed)
    end.

voter() ->
    receive
        {vote, From, Round} ->
            From ! {yes, Round},
            voter()
    end.
