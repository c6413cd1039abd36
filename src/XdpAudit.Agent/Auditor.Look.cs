using System.Diagnostics;

namespace XdpAudit.Agent;

/// <summary>Looking: the only way in which the auditor learns what the kernel holds.</summary>
public sealed partial class Auditor
{
    /// <summary>One look, out of turn or in it.</summary>
    /// <exception cref="RefusedException">The auditor has stopped.</exception>
    public async Task<ReconcileView> ReconcileAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            RefuseWhenStopped();
            await SettleAsync(_settings.JournalPatience, cancellation);
            var began = Stopwatch.GetTimestamp();
            var (seen, entries) = await LookAndJudgeAsync(_settings.JournalPatience, cancellation);
            var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            _logger.Looked(took, entries.Count, _known.Position);
            return new()
            {
                Observation = seen.Id,
                Position = _known.Position,
                Events = [.. entries.Select(e => HistoryEntries.Of(e, "host"))],
                Coverage = seen.Coverage,
                Milliseconds = took,
            };
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<(Observation Seen, IReadOnlyList<JournalEntry> Entries)> LookAndJudgeAsync(TimeSpan patience, CancellationToken cancellation)
    {
        var (seen, entries) = await LookOnceAsync(patience, cancellation);
        await JudgeWhenNewAsync(seen, entries, patience, cancellation);
        return (seen, entries);
    }

    // Until the first look of this auditor is recorded: when an earlier one last recorded anything, which what was kept on disk may be part of.
    private DateTimeOffset? _resumedAfter;

    // A sensor's word on how many programs there were when it began to listen, until the gap before that is closed.
    private uint? _odometer;

    // In turn. All that one look leads to is one batch: its events, what it says of operations, and the end of a gap.
    private async Task<(Observation Seen, IReadOnlyList<JournalEntry> Entries)> LookOnceAsync(TimeSpan patience, CancellationToken cancellation)
    {
        var (turns, awaited) = _sensors.Turns();
        Observation seen;
        try
        {
            seen = await _looker.LookAsync();
        }
        catch
        {
            _sensors.PutBack(turns);
            throw;
        }

        var taken = await _sensors.TakeAsync();
        var listened = !awaited && !_sensors.FailedMeanwhile;
        IReadOnlyList<Heard> heard = _resumedAfter is { } recorded ? [.. taken.Where(h => seen.BootedAt.AddTicks((long)(h.Notice.BootNs / 100)) > recorded)] : taken;
        var decision = Decider.Decide(_known, seen, _looker.Context, heard);
        _odometer = turns.OfType<SensorTurn.Returned>().LastOrDefault()?.Status.Odometer ?? _odometer;
        List<JournalEvent> events = [.. turns.SelectMany(t => SensorNews.Of(_hostId, t)), .. decision.Events];
        _account.Add(events, seen, heard, _sensors.Status.Values);
        var after = events.Aggregate(_known, (state, fact) => HostState.Fold(state, new(state.Position + 1, seen.FinishedAt, fact)));
        events.AddRange(Verification.Decide(after, seen));
        events.AddRange((await _crossCheck.LookAsync()).Select(d => new EnumerationDisagreed(_hostId, d.What, d.OnlyByIterator, d.OnlyByWalk)
        {
            Occurred = Occurrence.Exactly(seen.FinishedAt),
            KnownBy = new() { How = Knowledge.Observed, Source = $"observation:{seen.Id}" },
            Actor = new Actor.Unknown("one of two ways into the kernel is lied to; by whom cannot be seen"),
        }));
        if (listened && after.Watch?.GapSince is { } since && seen.Coverage.Programs.Complete && seen.Coverage.Links.Complete)
        {
            events.Add(new GapClosed(_hostId, since, seen.Id, events.Count, _account.Unseen(_odometer))
            {
                Occurred = Occurrence.Exactly(seen.FinishedAt),
                KnownBy = new() { How = Knowledge.Observed, Source = $"observation:{seen.Id}" },
                Actor = new Actor.Unknown("a judgement of the auditor"),
            });
            _odometer = null;
        }

        // Whether it is told at once or with a later try: what was heard is in this batch.
        _sensors.PutBack(decision.Later);
        IReadOnlyList<JournalEntry> entries;
        try
        {
            entries = await TellHostAsync(events, patience, cancellation);
        }
        catch (JournalUnavailableException)
        {
            _sensors.Hold();
            throw;
        }

        _sensors.Accept();
        _resumedAfter = null;
        _looker.Adopt(seen);
        if (listened && turns.Count == 0)
        {
            _account.Advance(seen.Boot);
        }

        await TellNewsAsync(patience, cancellation);
        return (seen, entries);
    }

    // What happened to plugins. The server's journal keeps what it cannot take now, and takes it with the next turn.
    private async Task TellNewsAsync(TimeSpan patience, CancellationToken cancellation) =>
        await TellServerAsync(_plugins.News.Take(), patience, cancellation);

    // Nothing new and nothing that waits: the same input but for the hour leads to the same findings.
    private long _judgedAt = -1;

    private async Task JudgeWhenNewAsync(Observation seen, IReadOnlyList<JournalEntry> entries, TimeSpan patience, CancellationToken cancellation)
    {
        if (entries.Count > 0 || _judgedAt != _known.Position || _findings.Waits(seen.FinishedAt))
        {
            await JudgeAsync(seen, patience, cancellation);
            _judgedAt = _known.Position;
        }
        else
        {
            _findings.SeenAgain(seen.FinishedAt);
        }
    }

    private async Task JudgeAsync(Observation seen, TimeSpan patience, CancellationToken cancellation)
    {
        var (answers, faults) = await _detectors.AskAsync(new()
        {
            Host = HostViews.Of(_known, seen.FinishedAt, Processes), Now = seen.FinishedAt, Grace = _settings.Grace, AuditorPid = Environment.ProcessId,
        });
        var known = new Dictionary<FindingId, FindingState>(_findings.Known);
        foreach (var id in answers.SelectMany(a => a.Candidates).Select(FindingDecisions.Id).Where(i => !known.ContainsKey(i)).ToHashSet())
        {
            // It may have been resolved before this auditor started: then it is not new but back.
            if (await _reader.SubjectAsync($"{FindingEvent.Kind}/{id}", null, cancellation) is FindingState resolved)
            {
                known[id] = resolved;
            }
        }

        var events = new List<JournalEvent>(FindingDecisions.Decide(known, answers, new(seen.FinishedAt, seen.Id, seen.Coverage, _settings.Grace)));
        events.AddRange(faults.Select(f => f with
        {
            Occurred = Occurrence.Exactly(seen.FinishedAt), KnownBy = Beginnings.Agent, Actor = new Actor.Unknown("a judgement of the auditor"),
        }));
        _findings.Load(known.Values);
        await TellServerAsync(events, patience, cancellation);
        _findings.Seen(answers.SelectMany(a => a.Candidates).Select(FindingDecisions.Id), seen.FinishedAt);
        foreach (var fact in events.OfType<FindingEvent>())
        {
            var finding = _findings.Known[fact.Id];
            _logger.FindingChanged(finding.Id, finding.Candidate.Rule, finding.Status, finding.Candidate.Summary);
        }
    }

    private async Task TestSensorsAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            await SettleAsync(_settings.JournalPatience, cancellation);
            var changed = await _sensors.TestAsync(cancellation);
            await TellHostAsync(
                [.. changed.Select(c => SensorNews.Changed(_hostId, c.Sensor, c.Before, c.Now, _time.GetUtcNow()))], _settings.JournalPatience, cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }
}
