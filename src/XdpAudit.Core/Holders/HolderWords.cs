namespace XdpAudit.Core;

/// <summary>What last held an object, in words for people.</summary>
internal static class HolderWords
{
    internal static string Of(ProgramState program)
    {
        List<string> words =
        [
            .. program.Attachments.Select(a => a.Link is { } l ? $"link {l.Id} on {a.Interface.Name}" : $"a netlink attachment on {a.Interface.Name}"),
            .. program.Links.Where(l => program.Attachments.All(a => a.Link != l)).Select(l => $"link {l.Id}"),
            .. Common(program),
        ];
        return words.Count == 0 ? "nothing that was seen" : string.Join(", ", words);
    }

    internal static string Of(LinkState link)
    {
        var words = Common(link).ToList();
        return words.Count == 0 ? "nothing that was seen" : string.Join(", ", words);
    }

    private static IEnumerable<string> Common(KernelObjectState state) =>
        [.. state.Pins.Select(p => $"pin {p.Pin.Path}"), .. state.Holders.Select(h => h.Holder.Words())];
}
