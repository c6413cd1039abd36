namespace XdpAudit.Cli;

/// <summary>All that a command may touch of the world besides the auditor; a test gives its own.</summary>
internal sealed record Surroundings
{
    /// <summary>For data.</summary>
    internal required TextWriter Out { get; init; }

    /// <summary>For words.</summary>
    internal required TextWriter Error { get; init; }

    /// <summary>Data goes to a person's terminal.</summary>
    internal bool OutIsTerminal { get; init; }

    /// <summary>Words go to a person's terminal.</summary>
    internal bool ErrorIsTerminal { get; init; }

    /// <summary>Columns of the terminal, for help.</summary>
    internal int Width { get; init; } = 100;

    /// <summary>An environment variable; null or empty when not set.</summary>
    internal required Func<string, string?> Variable { get; init; }

    /// <summary>The clock.</summary>
    internal required TimeProvider Time { get; init; }

    /// <summary>Relative paths are relative to it.</summary>
    internal required string WorkingDirectory { get; init; }

    /// <summary>Where this program is; the auditor's program is looked for beside it.</summary>
    internal required string Home { get; init; }

    /// <summary>Effective user id.</summary>
    internal required uint Uid { get; init; }

    /// <summary>Becomes another program; returns only when that failed, with the reason.</summary>
    internal required Func<string, IReadOnlyList<string>, string> Become { get; init; }

    /// <summary>Escapes for colour may be written to <see cref="Out"/>.</summary>
    internal bool Colours => OutIsTerminal && string.IsNullOrEmpty(Variable("NO_COLOR")) && Variable("TERM") is not (null or "" or "dumb");

    /// <summary>Those of this process. System.Console is left alone: it writes escapes of its own to a terminal and hides a closed pipe.</summary>
    internal static Surroundings OfThisProcess() => new()
    {
        Out = StandardStream.Writer(StandardStream.OutputDescriptor),
        Error = StandardStream.Writer(StandardStream.ErrorDescriptor),
        OutIsTerminal = LibC.IsTerminal(StandardStream.OutputDescriptor),
        ErrorIsTerminal = LibC.IsTerminal(StandardStream.ErrorDescriptor),
        Width = LibC.Columns(StandardStream.OutputDescriptor) ?? 100,
        Variable = Environment.GetEnvironmentVariable,
        Time = TimeProvider.System,
        WorkingDirectory = Environment.CurrentDirectory,
        Home = Path.GetDirectoryName(Environment.ProcessPath) ?? AppContext.BaseDirectory,
        Uid = LibC.EffectiveUser(),
        Become = LibC.Become,
    };
}
