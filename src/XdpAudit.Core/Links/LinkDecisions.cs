namespace XdpAudit.Core;

/// <summary>Links that came, changed their program, became defunct and went.</summary>
internal static class LinkDecisions
{
    internal static void Found(Look look)
    {
        foreach (var seen in look.Seen.Links.Where(l => InScope(look, l)))
        {
            if (look.KnownLinks.TryGetValue(seen.Id, out var known) && IsSame(look, known, seen))
            {
                look.LinkKeys[seen.Id] = known.Key;
                look.Places.Add(seen, known.Key);
                continue;
            }

            if (known is not null)
            {
                look.Tell(new LinkReleased(known.Key, known.Program, EndReason.LastReference, HolderWords.Of(known)), look.Ours.Released(known));
                look.KnownLinks.Remove(seen.Id);
            }

            var key = new LinkKey(look.Seen.Host, look.Seen.Boot, seen.Id, seen.ProgramId, seen.Type);
            look.LinkKeys[seen.Id] = key;
            var facts = Facts(look, key, seen, look.Places.Add(seen, key));
            var ours = look.Ours.Created(facts, look.Pins.Of(ObjectKind.Link, seen.Id.Value));
            look.Tell(ours is null && look.Heard.Of(new LinkFound(facts)) is null ? new LinkFound(facts) : new LinkCreated(facts), ours);
        }
    }

    internal static void Changed(Look look)
    {
        foreach (var (seen, known) in Pairs(look))
        {
            if (look.Key(seen.ProgramId) is not { } now || now == known.Program)
            {
                continue;
            }

            if (known.Program is null && known.Key.FirstProgram == seen.ProgramId)
            {
                look.Tell(new LinkProgramIdentified(known.Key, now, look.NameOf(now)));
            }
            else
            {
                look.Tell(new LinkProgramReplaced(known.Key, known.Program, now, look.NameOf(now)), look.Ours.Updated(known.Key, now));
            }
        }
    }

    internal static void Detached(Look look)
    {
        foreach (var (seen, known) in Pairs(look).Where(p => p.Seen.Defunct && p.Known.Defunct is null))
        {
            var ours = look.Ours.Detached(known.Key);
            var why = ours is not null ? EndReason.Asked : look.Places.WhyGone(known.AttachPoint) ?? EndReason.Asked;
            look.Tell(new LinkDetached(known.Key, known.Program, known.AttachPoint, known.IfName, why), ours);
        }
    }

    internal static void Gone(Look look)
    {
        foreach (var known in look.KnownLinks.Values.Where(k => look.IsGone(k.Key)).OrderBy(k => k.Key.Id.Value))
        {
            var (end, ours) = (look.Heard.Release(known), look.Ours.Released(known));
            look.Tell(new LinkReleased(known.Key, known.Program, EndReason.LastReference, HolderWords.Of(known), ours is null ? Witnesses.WordsOfEnd(end) : null), ours, by: end);
        }
    }

    private static bool InScope(Look look, ObservedLink link) =>
        look.KnownLinks.ContainsKey(link.Id)
        || ((link.Type == "xdp" || look.Programs.ContainsKey(link.ProgramId)) && !look.Heard.CreatedMeanwhile(link.Id));

    // Ids come again only after 2^31 of them. A link never changes its type, a defunct one never comes back, and one that extends a program
    // is never given another program or target.
    private static bool IsSame(Look look, LinkState known, ObservedLink seen) =>
        known.Key.Type == seen.Type
        && (known.Defunct is null || seen.Defunct)
        && (seen.Type != "tracing" || (known.Target == seen.TargetProgramId && known.Key.FirstProgram == seen.ProgramId
            && (known.Program is null || look.Key(seen.ProgramId) is not { } now || now == known.Program)));

    private static IEnumerable<(ObservedLink Seen, LinkState Known)> Pairs(Look look) =>
        from seen in look.Seen.Links
        let known = look.KnownLinks.GetValueOrDefault(seen.Id)
        where known is not null
        select (seen, known);

    private static LinkFacts Facts(Look look, LinkKey key, ObservedLink seen, AttachPointKey? at)
    {
        var program = look.Key(seen.ProgramId);
        return new()
        {
            Key = key,
            Program = program,
            ProgramName = program is { } p ? look.NameOf(p) : "",
            AttachPoint = at,
            IfName = seen.IfName ?? (at is { } a && look.Interfaces.TryGetValue((a.Netns, a.IfIndex), out var i) ? i.Name : ""),
            Mode = seen.Mode ?? XdpMode.Unknown,
            Defunct = seen.Defunct,
            Target = seen.TargetProgramId,
        };
    }
}
