namespace XdpAudit.Agent;

/// <summary>Operations: recorded before the act, carried out, recorded again, and then looked at.</summary>
public sealed partial class Auditor
{
    /// <summary>An executor that has not answered by then is given up for this call; looking tells what it did.</summary>
    private static readonly TimeSpan ExecutorDeadline = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Forever = TimeSpan.MaxValue;

    private readonly HashSet<OperationId> _abandoned = [];

    /// <summary>
    /// Carries out a request and returns what came of it.
    /// Failure contract: until the request is in the journal nothing is done, and the caller is told so. From then on it is finished whatever the
    /// caller does. If the auditor dies before the outcome is in the journal, the next one calls it indeterminate and its first look settles it.
    /// What this returns is in the journal.
    /// </summary>
    /// <exception cref="RefusedException">The request is wrong, or the journal is away; nothing was done.</exception>
    public async Task<OperationView> OperateAsync(OperationRequest request, ProcessIdentity requester, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            RefuseWhenStopped();
            var id = new OperationId(Guid.CreateVersion7(_time.GetUtcNow()).ToString("N"));
            await SettleOrRefuseAsync(cancellation);
            var (seen, _) = await LookOrRefuseAsync(cancellation);
            var plan = new OperationPlanner(_settings).Plan(request, id, _known, seen);
            var executor = _plugins.Executors.GetValueOrDefault(plan.Executor)
                ?? throw Refusals.Of(ProblemCode.NotFound, 404, $"there is no executor '{plan.Executor}'", "see xdpaudit status for those that were loaded", [.. _plugins.Executors.Keys.Order(StringComparer.Ordinal)]);

            await RequestAsync(new OperationRequested(id, plan, requester, request.Reason), cancellation);
            return await FinishAsync(executor, id, plan, requester, seen);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task RequestAsync(OperationRequested fact, CancellationToken cancellation)
    {
        try
        {
            await TellHostAsync([Stamp(fact, fact.Id, fact.RequestedBy)], _settings.JournalPatience, cancellation);
        }
        catch (Exception cause) when (cause is JournalUnavailableException or JournalConflictException or OperationCanceledException)
        {
            // It may be in the journal all the same. Then it has to be said there that nothing was done.
            _abandoned.Add(fact.Id);
            throw cause is OperationCanceledException ? cause : Refusals.Unavailable(cause.Message);
        }
    }

    // From here on nothing the caller does may stop it.
    private async Task<OperationView> FinishAsync(IExecutor executor, OperationId id, OperationPlan plan, ProcessIdentity requester, Observation seen)
    {
        var state = _known.Operations[id];
        var code = _plugins.Source(plan.Executor);
        var outcome = Stamp(await CallAsync(executor, id, plan, seen), id, requester);
        Follow(await TellHostAsync([outcome with { KnownBy = outcome.KnownBy with { Plugin = code } }], Forever, _stopping.Token));
        if (outcome is not OperationRejected)
        {
            var (after, entries) = await LookOnceAsync(Forever, _stopping.Token);
            Follow(entries);
            await JudgeOrLeaveAsync(after, entries);
        }

        _logger.OperationEnded(id, plan.Kind, plan.Target, state.State);
        return OperationViews.Of(state);

        void Follow(IReadOnlyList<JournalEntry> entries) => state = entries
            .Where(e => e.Event is OperationEvent o && o.Id == id)
            .Aggregate(state, (s, e) => (OperationState)Subjects.Fold(s, e.Event.Subjects[0], e)!);
    }

    // What is to be said of the operation is in the host's journal: findings that cannot be recorded now are left to the next look.
    private async Task JudgeOrLeaveAsync(Observation seen, IReadOnlyList<JournalEntry> entries)
    {
        try
        {
            await JudgeWhenNewAsync(seen, entries, _settings.JournalPatience, CancellationToken.None);
        }
        catch (Exception cause) when (cause is JournalUnavailableException or JournalConflictException)
        {
            _logger.JournalAway(Journals.OfServer(_hostId), cause.Message);
        }
    }

    private async Task<JournalEvent> CallAsync(IExecutor executor, OperationId id, OperationPlan plan, Observation seen)
    {
        try
        {
            using var deadline = new CancellationTokenSource(ExecutorDeadline, _time);

            // On a thread of its own: one that never awaits anything must not hold the turn for ever either.
            return await Task.Run(() => ExecutorCalls.CarryOutAsync(executor, id, plan, _known, seen, deadline.Token), CancellationToken.None)
                .WaitAsync(ExecutorDeadline + TimeSpan.FromSeconds(5), _time, CancellationToken.None);
        }
        catch (OperationCanceledException)
        {
            return new OperationFailed(id, new() { Code = "deadline", Message = $"the executor gave up after {ExecutorDeadline.TotalSeconds} s and says the kernel is unchanged" });
        }
        catch (TimeoutException)
        {
            return new OperationIndeterminate(id, $"the executor '{plan.Executor}' did not answer within {ExecutorDeadline.TotalSeconds} s");
        }
        catch (PluginAwayException away)
        {
            return new OperationRejected(id, new() { Code = "plugin.away", Message = $"nothing was asked of the executor: {away.Message}; see xdpaudit status, and try again when it is active" });
        }
        catch (PluginFaultException fault)
        {
            return new OperationIndeterminate(id, $"the executor '{plan.Executor}' failed while {fault.During}: {fault.Message}");
        }
#pragma warning disable CA1031 // an exception is a fault of the plugin; what it did before it, only looking can tell
        catch (Exception cause)
#pragma warning restore CA1031
        {
            _logger.PluginFailed(plan.Executor, plan.Kind, cause);
            return new OperationIndeterminate(id, $"the executor '{plan.Executor}' failed with {cause.GetType().Name}: {cause.Message}");
        }
    }

    private async Task RejectAbandonedAsync(TimeSpan patience, CancellationToken cancellation)
    {
        if (_abandoned.Count > 0)
        {
            var given = _abandoned.Where(_known.Operations.ContainsKey).ToList();
            await TellHostAsync(
                [.. given.Select(o => Stamp(new OperationRejected(o, new() { Code = "journal.away", Message = "the journal did not answer in time, so nothing was done" }), o, _known.Operations[o].RequestedBy))],
                patience,
                cancellation);
            _abandoned.Clear();
        }
    }

    private async Task SettleOrRefuseAsync(CancellationToken cancellation)
    {
        try
        {
            await SettleAsync(_settings.JournalPatience, cancellation);
        }
        catch (Exception cause) when (cause is JournalUnavailableException or JournalConflictException)
        {
            throw Refusals.Unavailable(cause.Message);
        }
    }

    private async Task<(Observation Seen, IReadOnlyList<JournalEntry> Entries)> LookOrRefuseAsync(CancellationToken cancellation)
    {
        try
        {
            return await LookAndJudgeAsync(_settings.JournalPatience, cancellation);
        }
        catch (Exception cause) when (cause is JournalUnavailableException or JournalConflictException)
        {
            throw Refusals.Unavailable(cause.Message);
        }
    }

    private JournalEvent Stamp(JournalEvent fact, OperationId id, ProcessIdentity requester) => fact with
    {
        Occurred = Occurrence.Exactly(_time.GetUtcNow()), KnownBy = Beginnings.Agent, Actor = new Actor.Process(requester), Operation = id,
    };
}
