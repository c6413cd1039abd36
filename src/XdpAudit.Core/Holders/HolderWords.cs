namespace XdpAudit.Core;

/// <summary>What last held an object, in words for people.</summary>
internal static class HolderWords
{
    /// <summary>The rest is counted: a map may hold a program by thousands of elements.</summary>
    private const int Most = 12;

    internal static string Of(ProgramState program) => Listed(
    [
        .. program.Attachments.Select(a => a.Link is { } l ? $"link {l.Id} on {a.Interface.Name}" : $"a netlink attachment on {a.Interface.Name}"),
        .. program.Links.Where(l => program.Attachments.All(a => a.Link != l)).Select(l => $"link {l.Id}"),
        .. Common(program),
    ]);

    internal static string Of(LinkState link) => Listed([.. Common(link)]);

    private static IEnumerable<string> Common(KernelObjectState state) =>
        state.Pins.Select(p => $"pin {p.Pin.Path}").Concat(state.Holders.Select(h => h.Holder.Words()));

    private static string Listed(List<string> words) => words.Count switch
    {
        0 => "nothing that was seen",
        > Most => $"{string.Join(", ", words[..Most])} and {words.Count - Most} more",
        _ => string.Join(", ", words),
    };
}
