%% Runs one workload of ../workloads.py: erl -noshell -run bench main WORKLOAD SIZE...  An agent is a process.
-module(bench).
-export([main/1, start/0, report/3, percentiles/1]).

main([Name | Sizes]) ->
    Module = list_to_atom(Name),
    {_, Run} = spawn_monitor(fun() -> Module:run([list_to_integer(S) || S <- Sizes]) end),
    receive
        {'DOWN', Run, process, _, normal} -> halt(0);
        {'DOWN', Run, process, _, Why} -> halt(lists:flatten(io_lib:format("WRONG ~p", [Why])), [{flush, true}])
    end.

start() -> erlang:monotonic_time(nanosecond).

%% Prints the time since Start by each of N operations.
report(Name, Start, N) ->
    io:format("~s ~.2f ns~n", [Name, (start() - Start) / N]).

percentiles(Times) ->
    Sorted = list_to_tuple(lists:sort(Times)),
    N = tuple_size(Sorted),
    [io:format("~s ~b~n", [What, element(max(1, min(N, round(N * Part))), Sorted)])
     || {What, Part} <- [{"p50", 0.5}, {"p99", 0.99}, {"p99.9", 0.999}, {"max", 1.0}]].
