%% N idle processes alive at once, each having handled one message, in hibernation: bytes of each; then all end: what is left of each.
-module(idle).
-export([run/1, sleeper/1]).

run([N]) ->
    Main = self(),
    Before = resident(),
    All = [begin
               P = spawn(fun() -> sleeper(Main) end),
               P ! touch,
               P
           end || _ <- lists:seq(1, N)],
    [receive touched -> ok end || _ <- All],
    timer:sleep(100), %% all are in hibernation by then
    io:format("idle ~b bytes~n", [(resident() - Before) div N]),
    [P ! stop || P <- All],
    ended(N),
    erlang:garbage_collect(),
    timer:sleep(1000),
    io:format("drained ~b bytes~n", [(resident() - Before) div N]).

sleeper(Main) ->
    receive
        touch ->
            Main ! touched,
            erlang:hibernate(?MODULE, sleeper, [Main]);
        stop -> Main ! ended
    end.

ended(0) -> ok;
ended(N) -> receive ended -> ended(N - 1) end.

resident() ->
    {ok, Text} = file:read_file("/proc/self/statm"),
    [_, Pages | _] = string:lexemes(Text, " "),
    binary_to_integer(Pages) * 4096.
