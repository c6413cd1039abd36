namespace XdpAudit.Core;

/// <summary>Processes and map elements that took hold and let go.</summary>
internal static class HolderDecisions
{
    internal static void Decide(Look look)
    {
        var descriptors = new Runs<ObservedDescriptor>(look.Seen.Descriptors, d => (d.Kind, d.ObjectId));
        var mapTypes = look.Seen.MapElements.Count == 0 ? [] : look.Seen.Maps.ToDictionary(m => m.Id, m => m.Type);
        var elements = look.Seen.MapElements.Where(e => mapTypes.ContainsKey(e.Map)).ToLookup(e => e.Program.Value);
        var running = new Lazy<HashSet<(int, ulong?)>>(() => [.. look.Seen.Descriptors.Select(d => (d.Process.Pid, d.Process.StartTicks))]);
        foreach (var held in look.Held)
        {
            if (IsUnchanged(held, descriptors, elements))
            {
                continue;
            }

            List<HolderFacts> seen = !held.There ? [] :
            [
                .. descriptors.Of(held.Kind, held.Id).Select(d => new HolderFacts.ByDescriptor(d.Process, d.Fd, d.Thread)),
                .. held.Kind == ObjectKind.Program ? elements[held.Id].Select(e => new HolderFacts.ByMapElement(e.Map, mapTypes[e.Map], e.Index)) : [],
            ];
            var before = held.Holders.ToDictionary(h => h.Holder.Identity(), h => h.Holder);
            var now = seen.DistinctBy(h => h.Identity()).ToDictionary(h => h.Identity());
            foreach (var (_, holder) in now.Where(n => !before.ContainsKey(n.Key)).OrderBy(n => n.Key))
            {
                look.Tell(new HolderAppeared(held.Key, holder));
            }

            foreach (var (_, holder) in before.Where(b => !now.ContainsKey(b.Key)).OrderBy(b => b.Key))
            {
                if (!held.There || Complete(look, holder))
                {
                    look.Tell(new HolderGone(held.Key, holder, Why(holder, running.Value)));
                }
            }
        }
    }

    // Nearly every object at nearly every look: nothing holds it but links and pins, or one process does, the same as before.
    private static bool IsUnchanged(HeldObject held, Runs<ObservedDescriptor> descriptors, ILookup<uint, ObservedMapElement> elements)
    {
        if (held.Kind == ObjectKind.Program && elements.Contains(held.Id))
        {
            return false;
        }

        return held.Holders.Count switch
        {
            0 => !held.There || !descriptors.Any(held.Kind, held.Id),
            1 => held.There && held.Holders[0].Holder is HolderFacts.ByDescriptor known && descriptors.Only(held.Kind, held.Id) is { } only
                && only.Process.Pid == known.Process.Pid && only.Process.StartTicks == known.Process.StartTicks,
            _ => false,
        };
    }

    private static bool Complete(Look look, HolderFacts holder) =>
        holder is HolderFacts.ByDescriptor ? look.Seen.Coverage.Holders.Complete : look.Seen.Coverage.Maps.Complete;

    private static string Why(HolderFacts holder, HashSet<(int, ulong?)> running) => holder switch
    {
        HolderFacts.ByDescriptor d when running.Contains((d.Process.Pid, d.Process.StartTicks)) => "closed it",
        HolderFacts.ByDescriptor => "closed it or ended",
        _ => "the element was deleted or its map let go",
    };
}
