using System.Globalization;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary>Programs for people.</summary>
internal static class ProgramRenderer
{
    internal static void List(IReadOnlyList<ProgramView> programs, Page page) => List(programs, page, "");

    internal static void List(IReadOnlyList<ProgramView> programs, Page page, string indent) => page.Table(
        ["ID", "NAME", "TYPE", "TAG", "STATE", "LOADED", "BY", "ATTACHED TO", "HELD BY"],
        programs.Select(p => new Cell[]
        {
            p.Id.ToString(), p.Name, p.Type, p.Tag?.Value, Cell.State(p.State), page.Age(p.LoadedAt), LoadedBy(p),
            string.Join(", ", p.Attachments.Select(Where)), HolderRenderer.Brief(p.Holders),
        }),
        indent);

    internal static void Show(ProgramView program, Page page)
    {
        page.Line($"program {program.Id} {program.Name}: ", Cell.State(program.State));
        page.Member("why", program.Why);
        page.Member("key", program.Key.Value);
        page.Member("type", program.Type);
        page.Member("tag", program.Tag?.Value ?? "");
        page.Member("loaded", page.When(program.LoadedAt));
        page.Member("loaded by", program.LoadedBy is { } by ? ProcessText.Long(by) : program.Uid is { } uid ? $"nobody saw it; uid {uid}" : "nobody saw it");
        page.Member("first seen", page.When(program.FirstSeen));
        page.Member("attached to", program.Attachments.Select(a => (Cell)$"{Where(a)}{(a.LinkId is { } l ? $" by link {l}" : " by netlink")}, since {page.When(a.Since)}"));
        page.Member("unattached", program.UnattachedSince is { } since ? $"since {page.When(since)}" : "");
        page.Member("was on", program.FormerAttachments.Select(a => (Cell)$"{a.IfName} {a.Mode.Text()} until {page.When(a.Until)}: {a.Why}{Operation(a.Operation)}"));
        page.Member("held by", program.Holders.Select(h => (Cell)HolderRenderer.Line(h, page)));
        page.Member("pins", program.Pins.Select(p => (Cell)p.Value));
        page.Member("maps", string.Join(", ", program.MapIds));
        page.Member("memlock", Page.Bytes(program.MemlockBytes));
        page.Member("unexplained", program.UnexplainedReferences is > 0 and { } n ? string.Create(CultureInfo.InvariantCulture, $"{n} {(n == 1 ? "reference" : "references")} that nothing visible accounts for") : "");
        page.Member("ended", End(program.Ended));
        page.Member("operation", program.Operation?.Value ?? "");
        page.Member("events", Positions(program.FirstPosition, program.LastPosition));
    }

    /// <summary>How something ended, in one line; empty while it has not.</summary>
    internal static string End(EndView? end) => end is null ? "" : $"{Moments.Text(end.Occurred)}: {end.Why}{Operation(end.Operation)}";

    /// <summary>Journal positions from the first event about something to the last.</summary>
    internal static string Positions(long first, long last) =>
        string.Create(CultureInfo.InvariantCulture, $"{(last > first ? $"positions {first} to {last}" : $"position {first}")} of the host journal");

    /// <summary>Who loaded it, in a word for a column.</summary>
    private static string LoadedBy(ProgramView p) =>
        p.LoadedBy is { } by ? ProcessText.Short(by) : p.Uid is { } uid ? string.Create(CultureInfo.InvariantCulture, $"uid {uid}") : "";

    private static string Where(ProgramAttachment a) => $"{a.IfName}{(a.NetnsName is { } netns ? $"@{netns}" : "")} {a.Mode.Text()}";

    private static string Operation(OperationId? operation) => operation is { } id ? $", operation {id}" : "";
}
