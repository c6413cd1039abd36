using System.Globalization;

namespace XdpAudit.Agent;

/// <summary>Checks what sinks answer: a wrong answer is a fault, and nothing of it is believed.</summary>
internal static class SinkAnswers
{
    /// <exception cref="SinkFaultException">It cannot be so.</exception>
    internal static void Check(SinkDescriptor? described)
    {
        if (described is not { Target: not null, MaxBatch: >= 1 })
        {
            throw new SinkFaultException("describing itself", "it must name a target and take at least one event at once");
        }
    }

    /// <summary>Returns what was refused, each with its reason.</summary>
    /// <exception cref="SinkFaultException">It cannot be so.</exception>
    internal static IReadOnlyList<(AuditEnvelope Envelope, string Why)> Check(SinkOutcome? outcome, IReadOnlyList<AuditEnvelope> batch)
    {
        if (outcome is not { Refused: not null } || outcome.Accepted < 0 || outcome.Accepted > batch.Count)
        {
            throw new SinkFaultException("delivering", string.Create(CultureInfo.InvariantCulture, $"it says that it dealt with {outcome?.Accepted} events of {batch.Count}"));
        }

        if (outcome.Refused.Count == 0)
        {
            return [];
        }

        var front = batch.Take(outcome.Accepted).ToDictionary(e => e.Id);
        return
        [
            .. outcome.Refused.Select(r => front.Remove(r.Id, out var envelope)
                ? (envelope, r.Why)
                : throw new SinkFaultException("delivering", $"it refused '{PlainText.Of(r.Id)}', which is not among those it dealt with, or is there twice")),
        ];
    }
}
