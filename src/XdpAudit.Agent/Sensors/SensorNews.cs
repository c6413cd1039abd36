namespace XdpAudit.Agent;

/// <summary>What is to be recorded of the sensors themselves.</summary>
internal static class SensorNews
{
    internal static IEnumerable<JournalEvent> Started(HostId host, IReadOnlyDictionary<string, SensorStatus> sensors, DateTimeOffset now) =>
        sensors.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => Sign(new SensorStarted(host, s.Key, s.Value.Tiers, s.Value.Invisible, s.Value.Odometer), now));

    internal static JournalEvent Changed(HostId host, string sensor, SensorStatus before, SensorStatus now, DateTimeOffset at) =>
        Sign(new SensorDegraded(host, sensor, now.Tiers, now.Invisible, string.Join("; ", Differences(before, now))), at);

    internal static IEnumerable<JournalEvent> Stopped(HostId host, IReadOnlyDictionary<string, SensorStatus> sensors, string why, DateTimeOffset now) =>
        sensors.Keys.Order(StringComparer.Ordinal).Select(s => Sign(new SensorStopped(host, s, why, null), now));

    /// <summary>A sensor failed, and hears nothing from then on; or it came back, and does.</summary>
    internal static IEnumerable<JournalEvent> Of(HostId host, SensorTurn turn) => turn switch
    {
        SensorTurn.Failed t =>
        [
            Sign(new SensorStopped(host, t.Sensor, t.Why, null), t.At),
            Sign(new GapOpened(host, $"it failed while {t.During}: {t.Why}", $"sensor:{t.Sensor}"), t.At) with { Occurred = Occurrence.Between(t.HeardUntil, t.At) },
        ],
        SensorTurn.Returned t => [Sign(new SensorStarted(host, t.Sensor, t.Status.Tiers, t.Status.Invisible, t.Status.Odometer), t.At)],
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    internal static bool Same(SensorStatus a, SensorStatus b) => !Differences(a, b).Any();

    private static IEnumerable<string> Differences(SensorStatus before, SensorStatus now)
    {
        var old = before.Tiers.SelectMany(Parts).ToDictionary();
        foreach (var (name, state) in now.Tiers.SelectMany(Parts))
        {
            if (!old.TryGetValue(name, out var was) || was != state)
            {
                yield return $"{name} was {was ?? "not there"} and is {state}";
            }
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Parts(SensorTier tier) =>
        tier.Hooks.Select(h => KeyValuePair.Create($"{tier.Name} {h.Name}", h.State)).Prepend(KeyValuePair.Create(tier.Name, tier.State)).DistinctBy(p => p.Key);

    private static JournalEvent Sign(JournalEvent fact, DateTimeOffset at) => fact with
    {
        Occurred = Occurrence.Exactly(at), KnownBy = Beginnings.Agent, Actor = new Actor.Unknown("a word of the auditor on itself"),
    };
}
