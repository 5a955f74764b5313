%% A source makes binaries of 1 KiB and passes them through 5 stages; each writes a byte. A binary never changes, so each stage copies it.
%% The last stage tells the source of every 32nd, and the source is never more than 128 ahead. Per binary.
-module(payload).
-export([run/1]).
-define(ZERO, <<0:8192>>).

run([N]) ->
    Main = self(),
    Last = spawn_link(fun() -> last(Main, 4, N, 0) end),
    First = lists:foldl(fun(Place, Next) -> spawn_link(fun() -> stage(Place, Next) end) end, Last, [3, 2, 1, 0]),
    Start = bench:start(),
    produce(First, N, 128),
    Sum = 15 * N,
    receive {sum, Sum} -> ok end,
    bench:report(payload, Start, N).

produce(_, 0, _) -> ok;
produce(First, N, 0) -> receive handled -> produce(First, N, 32) end;
produce(First, N, Ahead) ->
    First ! {pass, binary:copy(?ZERO)},
    produce(First, N - 1, Ahead - 1).

write(Place, Bytes) ->
    <<Before:Place/binary, _, After/binary>> = Bytes,
    <<Before/binary, (Place + 1), After/binary>>.

stage(Place, Next) ->
    receive
        {pass, Bytes} ->
            Next ! {pass, write(Place, Bytes)},
            stage(Place, Next)
    end.

last(Source, _, 0, Sum) -> Source ! {sum, Sum};
last(Source, Place, Left, Sum) ->
    receive
        {pass, Bytes} ->
            <<A, B, C, D, E, _/binary>> = write(Place, Bytes),
            [Source ! handled || Left rem 32 =:= 0],
            last(Source, Place, Left - 1, Sum + A + B + C + D + E)
    end.
