namespace XdpAudit.Core;

/// <summary>What is known of a plugin.</summary>
public sealed record PluginState : SubjectState
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary><c>approved</c>, <c>active</c>, <c>refused</c>, <c>faulted</c> or <c>quarantined</c>.</summary>
    public required string State { get; init; }

    /// <summary>Its version; empty if it was never loaded.</summary>
    public string Version { get; init; } = "";

    /// <summary>Digest of its folder; empty if it was never loaded.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>Digest of the folder that was approved last; null when no approval was recorded.</summary>
    public string? ApprovedSha256 { get; init; }

    /// <summary>When, UTC.</summary>
    public DateTimeOffset? ApprovedAt { get; init; }

    /// <summary>Why it was refused or faulted; null otherwise.</summary>
    public string? Why { get; init; }
}

/// <summary>What each event means for the plugin it names.</summary>
internal static class PluginFold
{
    internal static PluginState? Fold(PluginState? state, JournalEntry entry) => entry.Event switch
    {
        PluginApproved e => Of(state, e.Plugin, entry) is var approved && approved.State.Length > 0
            ? approved with { ApprovedSha256 = e.Sha256, ApprovedAt = e.At }
            : approved with { State = "approved", ApprovedSha256 = e.Sha256, ApprovedAt = e.At },
        PluginLoaded e => Of(state, e.Plugin, entry) with { State = "active", Version = e.Version, Sha256 = e.Sha256, Why = null },
        PluginRefused e => Of(state, e.Plugin, entry) with { State = "refused", Why = e.Why },
        PluginFaulted e => Of(state, e.Plugin, entry) with { State = "faulted", Why = e.Why },
        PluginRestarted e => Of(state, e.Plugin, entry) with { State = "active", Why = null },
        PluginQuarantined e => Of(state, e.Plugin, entry) with { State = "quarantined", Why = e.Why },
        _ => state,
    };

    private static PluginState Of(PluginState? state, string id, JournalEntry entry) =>
        state ?? new() { FirstPosition = entry.Position, LastPosition = entry.Position, Id = id, State = "" };
}
