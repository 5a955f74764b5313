%% A processes in a ring pass one token H hops. Per hop.
-module(ring).
-export([run/1]).

run([Agents, Hops]) ->
    Main = self(),
    First = spawn_link(fun() -> receive {link, Next} -> node(Next, Main) end end),
    Last = lists:foldl(fun(_, Next) -> spawn_link(fun() -> node(Next, Main) end) end, First, lists:seq(2, Agents)),
    First ! {link, Last},
    Start = bench:start(),
    First ! Hops,
    receive done -> ok end,
    bench:report(ring, Start, Hops).

node(Next, Main) ->
    receive
        0 -> Main ! done;
        Hops ->
            Next ! Hops - 1,
            node(Next, Main)
    end.
