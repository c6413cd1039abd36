namespace XdpAudit.Cli;

/// <summary>What a colour says; where colours are off, the words alone must say it too.</summary>
internal enum Tone
{
    /// <summary>No colour.</summary>
    Plain,

    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Worth a look.</summary>
    Warn,

    /// <summary>Wrong.</summary>
    Bad,

    /// <summary>In the background: headings, ages.</summary>
    Faint,
}

/// <summary>A piece of text for a person, with its tone.</summary>
/// <param name="Text">The text as it came; it is made printable when written.</param>
/// <param name="Tone">Its tone.</param>
internal readonly record struct Cell(string Text, Tone Tone = Tone.Plain)
{
    public static implicit operator Cell(string? text) => new(text ?? "");

    /// <summary>The tone of a state, status or severity; words that are not known have none.</summary>
    internal static Cell State(string word) => new(word, word switch
    {
        "attached" or "verified" or "resolved" or "ok" or "active" => Tone.Good,
        "retained" or "defunct" or "high" or "open" or "regressed" or "failed" or "contradicted" or "gone" => Tone.Bad,
        "unknown" or "medium" or "suspected" or "rejected" or "indeterminate" or "note" or "changed" => Tone.Warn,
        "unloaded" or "released" or "suppressed" or "acknowledged" => Tone.Faint,
        _ => Tone.Plain,
    });
}
