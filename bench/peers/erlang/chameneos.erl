%% C creatures meet in pairs at a mall, M times; both take the colour that neither has. Per meeting.
-module(chameneos).
-export([run/1]).

run([Creatures, Meetings]) ->
    Mall = self(),
    Start = bench:start(),
    [spawn_link(fun() -> creature(Mall, I rem 3, 0) end) || I <- lists:seq(0, Creatures - 1)],
    mall(Meetings),
    Sum = 2 * Meetings,
    Sum = fade(Creatures, 0),
    bench:report(chameneos, Start, Meetings).

mall(0) -> ok;
mall(Left) ->
    receive
        {meet, One, Its} ->
            receive
                {meet, Other, Others} ->
                    One ! {met, Others},
                    Other ! {met, Its},
                    mall(Left - 1)
            end
    end.

fade(0, Sum) -> Sum;
fade(Left, Sum) ->
    receive
        {meet, Creature, _} ->
            Creature ! fade,
            fade(Left, Sum);
        {faded, Met} -> fade(Left - 1, Sum + Met)
    end.

creature(Mall, Colour, Met) ->
    Mall ! {meet, self(), Colour},
    receive
        {met, Other} -> creature(Mall, complement(Colour, Other), Met + 1);
        fade -> Mall ! {faded, Met}
    end.

complement(A, A) -> A;
complement(A, B) -> 3 - A - B.
