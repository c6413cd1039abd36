using XdpAudit.Abstractions;

namespace XdpAudit.Plugins;

/// <summary>A delivery that did not come off though the plugin is in order: it is answered, not thrown to the auditor, and tried again.</summary>
internal sealed class SinkTrouble(string words, Exception? cause = null) : Exception(words, cause)
{
    internal TimeSpan? RetryAfter { get; init; }

    internal SinkOutcome After(int accepted, IReadOnlyList<RefusedEnvelope>? refused = null) => new() { Accepted = accepted, Refused = refused ?? [], Trouble = Message, RetryAfter = RetryAfter };
}
