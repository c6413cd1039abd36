using System.Globalization;

namespace XdpAudit.Server;

/// <summary>The host now, or as it was: the same state and the same views, whichever is asked for.</summary>
internal sealed class Past(Auditor auditor, ILifecycleReader reader, HostId host, TimeProvider time)
{
    private const string PositionPrefix = "position:";

    internal ILifecycleReader Reader => reader;

    /// <summary>The auditor's processes now.</summary>
    internal AuditorProcesses Auditor => auditor.Processes;

    internal string HostJournal { get; } = Journals.OfHost(host);

    internal string ServerJournal { get; } = Journals.OfServer(host);

    /// <summary>The state, and the moment it describes.</summary>
    /// <param name="at">A time, <c>position:N</c>, or null for now.</param>
    /// <param name="cancellation">Ends the wait.</param>
    internal async Task<(HostState State, DateTimeOffset At)> StateAsync(string? at, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(at))
        {
            return (auditor.Known, time.GetUtcNow());
        }

        var (position, moment) = await PositionAsync(at, cancellation);
        var told = await reader.AsOfAsync(HostJournal, position, cancellation);
        return (HostState.Of(host, told.Position, told.RecordedAt, told.Subjects.Select(s => s.State)), moment ?? told.RecordedAt);
    }

    internal async Task<HostView> ViewAsync(string? at, CancellationToken cancellation)
    {
        var (state, moment) = await StateAsync(at, cancellation);
        return HostViews.Of(state, moment, Auditor);
    }

    internal async Task<(long Position, DateTimeOffset? Moment)> PositionAsync(string at, CancellationToken cancellation)
    {
        if (at.StartsWith(PositionPrefix, StringComparison.Ordinal) && long.TryParse(at.AsSpan(PositionPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var position))
        {
            return (position, null);
        }

        var moment = Time(at);
        return (await reader.PositionAtAsync(HostJournal, moment, cancellation), moment);
    }

    /// <summary>A moment as people write it to a program.</summary>
    internal static DateTimeOffset Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment)
            ? moment
            : throw Refusals.Usage($"cannot read '{text}' as a time", "write 2026-11-22T18:40:03Z or position:N");

    /// <summary>All subjects of a kind, ended ones too; with a filter those that may be meant, and some of the last ones.</summary>
    internal async Task<IReadOnlyList<T>> AllAsync<T>(string kind, CancellationToken cancellation, SubjectFilter? only = null)
        where T : SubjectState
    {
        var all = new List<T>();
        string? from = null;
        do
        {
            var page = await reader.ListAsync(kind is FindingEvent.Kind ? ServerJournal : HostJournal, kind, true, only, from, 500, cancellation);
            all.AddRange(page.Items.Select(i => i.State).OfType<T>());
            from = page.Next;
        }
        while (from is not null);

        return all;
    }

    /// <summary>All subjects of a kind that had begun by a moment, each as it was then; ended ones too.</summary>
    internal async Task<IReadOnlyList<T>> AllAtAsync<T>(string kind, string at, CancellationToken cancellation, SubjectFilter? only = null)
        where T : SubjectState
    {
        var position = kind is FindingEvent.Kind ? await ServerPositionAsync(at, cancellation) : (await PositionAsync(at, cancellation)).Position;
        var then = new List<T>();
        foreach (var subject in (await AllAsync<T>(kind, cancellation, only)).Where(s => s.FirstPosition <= position))
        {
            var key = subject switch { FindingState f => $"{kind}/{f.Id}", OperationState o => $"{kind}/{o.Id}", _ => throw new System.Diagnostics.UnreachableException() };
            then.Add(subject.LastPosition <= position ? subject : (T)(await reader.SubjectAsync(key, position, cancellation))!);
        }

        return then;
    }

    /// <summary>The findings that were not resolved at a moment.</summary>
    internal async Task<IReadOnlyList<FindingState>> FindingsAtAsync(string at, CancellationToken cancellation) =>
        [.. (await reader.AsOfAsync(ServerJournal, await ServerPositionAsync(at, cancellation), cancellation)).Subjects.Select(s => s.State).OfType<FindingState>()];

    /// <summary>The one subject a selector means: among the living, and if there is none, among all that were.</summary>
    internal async Task<T> SelectAsync<T>(
        string? text, string what, string kind, string? at, Func<HostState, IEnumerable<T>> living, Func<Selector, T, bool> fits, Func<T, string> words, Func<T, string> name, CancellationToken cancellation)
        where T : SubjectState
    {
        var selector = Selector.Parse(text ?? "") ?? throw Refusals.BadSelector(text ?? "", what);
        var (state, _) = await StateAsync(at, cancellation);
        var now = living(state).ToList();
        var fitting = now.Where(x => x.Ended is null && fits(selector, x)).ToList();
        if (fitting.Count == 0 && at is null)
        {
            fitting = [.. (await AllAsync<T>(kind, cancellation, selector.Filter)).Where(x => fits(selector, x))];
        }

        return fitting.Count switch
        {
            1 => fitting[0],
            0 => throw Refusals.NotFound(text!, what, [.. Selection.Similar(text!, now.Select(name)).Select(n => $"name:{n}")]),
            _ => throw Refusals.Ambiguous(text!, what, [.. fitting.OrderBy(x => x.FirstPosition).Select(words)]),
        };
    }

    internal async Task<IReadOnlyList<HistoryEntry>> HistoryAsync(string subject, CancellationToken cancellation) =>
        [.. (await reader.HistoryAsync(subject, null, cancellation)).Select(e => HistoryEntries.Of(e, subject.StartsWith(FindingEvent.Kind, StringComparison.Ordinal) ? "server" : "host"))];

    // Positions that people name are the host journal's: the server's is read up to the moment at which that one was recorded.
    private async Task<long> ServerPositionAsync(string at, CancellationToken cancellation)
    {
        var (position, moment) = await PositionAsync(at, cancellation);
        return await reader.PositionAtAsync(ServerJournal, moment ?? (await reader.AsOfAsync(HostJournal, position, cancellation)).RecordedAt, cancellation);
    }
}
