namespace XdpAudit.Agent;

/// <summary>Findings: asked for, acknowledged, suppressed.</summary>
public sealed partial class Auditor
{
    /// <summary>All findings that are known, resolved ones only as long as they are remembered.</summary>
    public IReadOnlyList<FindingView> Findings() =>
        [.. _findings.Known.Values.OrderBy(f => f.FirstPosition).Select(f => _findings.View(f, _time.GetUtcNow()))];

    /// <summary>One finding, by its id or the first characters of it.</summary>
    /// <exception cref="RefusedException">None fits, or more than one.</exception>
    public FindingView Finding(string id) => _findings.View(Find(id), _time.GetUtcNow());

    /// <summary>Somebody has seen it.</summary>
    public Task<FindingView> AcknowledgeAsync(string id, TriageRequest request, ProcessIdentity by, CancellationToken cancellation) =>
        TriageAsync(id, request, by, f => new FindingAcknowledged(f, request.Reason, request.Comment, request.ExpiresAt), cancellation);

    /// <summary>Somebody wants it out of sight for a time.</summary>
    public Task<FindingView> SuppressAsync(string id, TriageRequest request, ProcessIdentity by, CancellationToken cancellation) =>
        TriageAsync(id, request, by, f => new FindingSuppressed(f, request.Reason, request.Comment, request.ExpiresAt), cancellation);

    private async Task<FindingView> TriageAsync(string id, TriageRequest request, ProcessIdentity by, Func<FindingId, FindingEvent> word, CancellationToken cancellation)
    {
        var now = _time.GetUtcNow();
        if (!TriageReasons.All.Contains(request.Reason))
        {
            throw Refusals.Usage($"there is no reason '{request.Reason}'", $"use {string.Join(", ", TriageReasons.All)}");
        }

        if (string.IsNullOrWhiteSpace(request.Comment))
        {
            throw Refusals.Usage("a word on a finding needs a comment", "say why, in your own words");
        }

        if (request.ExpiresAt <= now)
        {
            throw Refusals.Usage($"a word on a finding needs an end in the future; {request.ExpiresAt:u} is past", "for example in seven days");
        }

        await _turn.WaitAsync(cancellation);
        try
        {
            RefuseWhenStopped();
            await SettleOrRefuseAsync(cancellation);
            var finding = Find(id);
            if (finding.Ended is not null)
            {
                throw Refusals.Usage($"finding {finding.Id} is resolved; there is nothing to acknowledge");
            }

            await TellServerAsync(
                [word(finding.Id) with { Occurred = Occurrence.Exactly(now), KnownBy = Beginnings.Agent, Actor = new Actor.Process(by) }],
                _settings.JournalPatience,
                cancellation);
            return Finding(finding.Id.Value);
        }
        catch (Exception cause) when (cause is JournalUnavailableException or JournalConflictException)
        {
            throw Refusals.Unavailable(cause.Message);
        }
        finally
        {
            _turn.Release();
        }
    }

    private FindingState Find(string id)
    {
        var fitting = _findings.Known.Values.Where(f => f.Id.Value.StartsWith(id, StringComparison.Ordinal)).ToList();
        return fitting.Count switch
        {
            1 => fitting[0],
            0 => throw Refusals.NotFound(id, "finding", []),
            _ => throw Refusals.Ambiguous(id, "finding", [.. fitting.Select(f => $"{f.Id} {f.Candidate.Rule} {f.Candidate.Subject.Name}")]),
        };
    }
}
