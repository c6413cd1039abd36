using System.Globalization;

namespace XdpAudit.Agent;

/// <summary>What an auditor says when it begins and when it stops.</summary>
internal static class Beginnings
{
    internal static IReadOnlyList<JournalEvent> Of(HostState known, AgentSettings settings, DateTimeOffset now)
    {
        var events = new List<JournalEvent>();
        if (known.Watch is { } watch)
        {
            if (watch.GapSince is null)
            {
                events.Add(new GapOpened(known.Host, watch.Stopped ? "the auditor was stopped" : "the auditor ended without saying so")
                {
                    Occurred = watch.Stopped ? Occurrence.Exactly(watch.LastRecordedAt) : Occurrence.Between(watch.LastRecordedAt, now),
                    KnownBy = Agent,
                    Actor = new Actor.Unknown("whoever ended the auditor left no trace in the journal"),
                });
            }

            events.AddRange(known.Operations.Values.Where(o => o.State == OperationStates.Requested).OrderBy(o => o.FirstPosition).Select(o =>
                new OperationIndeterminate(o.Id, "the auditor ended before the executor had answered")
                {
                    Occurred = Occurrence.Between(o.RequestedAt, now), KnownBy = Agent, Actor = new Actor.Unknown("a judgement of the auditor"), Operation = o.Id,
                }));
        }

        var words = string.Create(CultureInfo.InvariantCulture, $"grace {settings.Grace.TotalSeconds} s, reconcile every {settings.ReconcileEvery.TotalSeconds} s, pins in {settings.PinRoot}{(settings.Ephemeral ? ", ephemeral" : "")}");
        events.Add(new AgentStarted(known.Host, settings.Version, Environment.ProcessId, words)
        {
            Occurred = Occurrence.Exactly(now), KnownBy = Agent, Actor = Ourselves,
        });
        return events;
    }

    internal static JournalEvent Stopped(HostId host, string why, DateTimeOffset now) =>
        new AgentStopped(host, why) { Occurred = Occurrence.Exactly(now), KnownBy = Agent, Actor = Ourselves };

    internal static Knowledge Agent { get; } = new() { How = Knowledge.Declared, Source = "agent" };

    private static Actor Ourselves => new Actor.Process(new() { Pid = Environment.ProcessId, Comm = "xdpaudit" });
}
