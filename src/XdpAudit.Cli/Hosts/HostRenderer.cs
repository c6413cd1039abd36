using System.Globalization;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary>A host, and what the auditor says of itself, for people.</summary>
internal static class HostRenderer
{
    internal static void State(HostView host, Page page)
    {
        page.Line($"host {host.Host}");
        page.Member("at", page.When(host.At));
        page.Member("position", host.Position.ToString(CultureInfo.InvariantCulture));
        page.Member("boot", host.Boot?.Value ?? "not looked yet");
        page.Member("kernel", host.KernelRelease);
        Coverage(host.Coverage, page);
        Part("programs", host.Programs.Count, page, () => ProgramRenderer.List(host.Programs, page, "  "));
        Part("links", host.Links.Count, page, () => LinkRenderer.List(host.Links, page, "  "));
        Part("attachments", host.Attachments.Count, page, () => AttachmentRenderer.List(host.Attachments, page, "  "));
        Part("maps", host.Maps.Count, page, () => MapRenderer.List(host.Maps, page, "  "));
    }

    internal static void Status(StatusView status, Page page)
    {
        page.Line($"auditor {status.Version}: ", status.Trouble is null ? new("recording", Tone.Good) : new("cannot record now", Tone.Bad));
        page.Member("trouble", status.Trouble ?? "");
        page.Member("pid", status.Pid.ToString(CultureInfo.InvariantCulture));
        page.Member("host", status.Host.Value);
        page.Member("started", page.When(status.StartedAt));
        page.Member("last look", status.LastLookAt is { } at ? $"{page.When(at)}{Took(status.LastLookMilliseconds)}" : "not yet");
        page.Member("journals", string.Create(CultureInfo.InvariantCulture, $"host at position {status.Position}, server at {status.ServerPosition}"));
        page.Member("findings", string.Create(CultureInfo.InvariantCulture, $"{status.OpenFindings} open or regressed"));
        page.Member("plugins", status.Plugins.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => (Cell)$"{p.Key}: {p.Value}"));
        page.Member("sensors", status.Sensors.OrderBy(s => s.Key, StringComparer.Ordinal).SelectMany(s => s.Value.Tiers, (s, t) => Tier(s.Key, t)));
        page.Member("unseen", status.Sensors.OrderBy(s => s.Key, StringComparer.Ordinal).SelectMany(s => s.Value.Invisible).Select(i => (Cell)i));
        page.Member("sinks", status.Sinks.OrderBy(s => s.Key, StringComparer.Ordinal).SelectMany(s => SinkRenderer.Lines(s.Key, s.Value, page)));
        page.Member("you may", status.Role);
    }

    internal static void Reconcile(ReconcileView look, Page page)
    {
        page.Line($"looked: {(look.Events.Count == 0 ? "nothing new" : $"{look.Events.Count.ToString(CultureInfo.InvariantCulture)} events")}{Took(look.Milliseconds)}");
        page.Member("observation", look.Observation);
        page.Member("position", look.Position.ToString(CultureInfo.InvariantCulture));
        Coverage(look.Coverage, page);
        if (look.Events.Count > 0)
        {
            page.Gap();
            HistoryRenderer.List(look.Events, page);
        }
    }

    private static Cell Tier(string sensor, SensorTier tier) => tier.State == SensorStates.Live
        ? new($"{sensor} {tier.Name}: live", Tone.Good)
        : new Cell($"{sensor} {tier.Name}: {tier.State}{(tier.Why.Length > 0 ? $" ({tier.Why})" : "")}");

    private static void Coverage(Coverage? coverage, Page page)
    {
        if (coverage is null)
        {
            return;
        }

        var gaps = coverage.Parts().Where(p => !p.Part.Complete).SelectMany(Gaps).ToList();
        page.Member("coverage", gaps.Count == 0 ? [new Cell("complete", Tone.Good)] : gaps);
    }

    private static IEnumerable<Cell> Gaps((string Name, PartCoverage Part) part) => part.Part.Gaps.Count == 0
        ? [new($"{part.Name}: incomplete", Tone.Warn)]
        : part.Part.Gaps.Select(g => new Cell($"{part.Name}: incomplete, {g.What}: {g.Why}", Tone.Warn));

    private static void Part(string name, int count, Page page, Action table)
    {
        page.Gap();
        page.Line(string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? name.TrimEnd('s') : name)}"));
        table();
    }

    private static string Took(double? milliseconds) => milliseconds is { } ms ? string.Create(CultureInfo.InvariantCulture, $", took {ms:0.#} ms") : "";
}
