namespace XdpAudit.Cli.Tests;

/// <summary>Runs the command line in this process, with writers, a clock and an environment of its own.</summary>
internal sealed class CommandLineTool(string? socket = null)
{
    internal static readonly DateTimeOffset Now = new(2026, 11, 22, 18, 40, 3, TimeSpan.Zero);

    internal sealed record Answer(int Exit, string Out, string Error);

    internal sealed record Execution(string Path, IReadOnlyList<string> Arguments);

    internal Dictionary<string, string> Variables { get; } = new() { ["USER"] = "alice", ["TERM"] = "xterm" };

    internal bool OnTerminal { get; init; }

    internal string Home { get; init; } = "/nowhere/cli";

    internal List<Execution> Executions { get; } = [];

    internal TimeProvider Clock { get; init; } = new FixedClock();

    internal CancellationToken Interrupt { get; init; }

    internal SharedWriter OutWriter { get; } = new();

    internal async Task<Answer> RunAsync(params string[] words)
    {
        var around = Around();
        var exit = await CommandLineRun.OfAsync(words, around, Interrupt);
        return new(exit, OutWriter.ToString(), around.Error.ToString()!);
    }

    internal Surroundings Around()
    {
        if (socket is not null)
        {
            Variables["XDPAUDIT_SERVER"] = "unix:" + socket;
        }

        return new()
        {
            Out = OutWriter,
            Error = new StringWriter(),
            OutIsTerminal = OnTerminal,
            ErrorIsTerminal = OnTerminal,
            Variable = name => Variables.GetValueOrDefault(name),
            Time = Clock,
            WorkingDirectory = "/home/alice",
            Home = Home,
            Uid = 1000,
            Become = (path, arguments) =>
            {
                Executions.Add(new(path, arguments));
                return "Exec format error";
            },
        };
    }

    // The time is fixed; timers run as they do for everybody.
    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
