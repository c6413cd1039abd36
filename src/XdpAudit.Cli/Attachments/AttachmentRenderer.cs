using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary>Attachments for people.</summary>
internal static class AttachmentRenderer
{
    internal static void List(IReadOnlyList<AttachmentView> attachments, Page page) => List(attachments, page, "");

    internal static void List(IReadOnlyList<AttachmentView> attachments, Page page, string indent) => page.Table(
        ["INTERFACE", "NETNS", "MODE", "PROGRAM", "BY", "SINCE", "ATTACHED BY"],
        attachments.Select(a => new Cell[]
        {
            $"{a.IfName} ({a.IfIndex})", a.NetnsName ?? (a.OwnNetns ? "own" : $"cookie:{a.Netns}"), a.Mode.Text(), $"{a.ProgramId} {a.ProgramName}".TrimEnd(),
            a.LinkId is { } link ? $"link {link}" : a.By, page.Age(a.Since), a.AttachedBy is { } by ? ProcessText.Short(by) : "",
        }),
        indent);
}
