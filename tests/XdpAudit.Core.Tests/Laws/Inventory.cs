namespace XdpAudit.Core.Tests;

/// <summary>
/// What there is on a host, one sorted line for each thing, written once from what was seen and once from what is known, by two ways that
/// share nothing: they must be the same.
/// </summary>
internal static class Inventory
{
    /// <summary>What a complete look shows.</summary>
    internal static List<string> Of(Observation seen, HostState known)
    {
        var programs = seen.Programs.Where(p => p.Type is "xdp" or "ext").ToDictionary(p => p.Id, p => new ProgramKey(seen.Host, seen.Boot, p.Id, p.LoadedNs));
        var links = seen.Links.Where(l => l.Type == "xdp" || programs.ContainsKey(l.ProgramId)).ToList();
        List<string> lines =
        [
            $"boot {seen.Boot}",
            .. seen.Programs.Where(p => programs.ContainsKey(p.Id)).Select(p => $"program {programs[p.Id]} {p.Type} {p.Name} {p.Tag} uid {p.Uid} maps {Ids(p.MapIds)}"),
            .. links.Select(l => $"link {l.Id} {l.Type} of {programs[l.ProgramId]} "
                + (l.Type != "xdp" ? $"on {l.TargetProgramId}" : l.Defunct ? "defunct" : $"at {l.Netns}/{l.IfIndex} {l.IfName}")),
        ];
        foreach (var at in seen.Interfaces)
        {
            foreach (var xdp in at.Xdp)
            {
                var link = links.SingleOrDefault(l => l.Netns == at.Netns && l.IfIndex == at.IfIndex && l.ProgramId == xdp.Program);
                lines.Add($"in force at {at.Netns}/{at.IfIndex} {at.Name} {xdp.Mode} {programs[xdp.Program]} by {(link is null ? "netlink" : $"link {link.Id}")}");
            }
        }

        foreach (var map in seen.Maps)
        {
            var users = seen.Programs.Where(p => p.MapIds.Contains(map.Id)).Select(p => p.Id).ToList();
            var held = seen.MapElements.Any(e => e.Map == map.Id && programs.ContainsKey(e.Program));

            // A map that was of interest once stays so: what is known decides about those that are not of themselves.
            if (users.Count == 0 || users.Any(programs.ContainsKey) || map.Type is "devmap" or "devmap_hash" or "cpumap" or "xskmap" || held
                || known.Maps.ContainsKey(new(seen.Host, seen.Boot, map.Id, map.Type)))
            {
                lines.Add($"map {map.Id} {map.Type} {map.Name} used by {Ids(users)}");
            }
        }

        var maps = lines.Where(l => l.StartsWith("map ", StringComparison.Ordinal)).Select(l => uint.Parse(l.Split(' ')[1])).ToHashSet();
        lines.AddRange(seen.Pins.Where(p => InScope(p.Kind, p.ObjectId!.Value)).Select(p => $"pin {p.Kind} {p.ObjectId} {p.Path} {p.Device}:{p.Inode}{(p.Hidden ? " hidden" : "")}"));
        lines.AddRange(seen.Descriptors.Where(d => InScope(d.Kind, d.ObjectId)).Select(d => $"holder {d.Kind} {d.ObjectId} {d.Process.Pid}:{d.Process.StartTicks}"));
        lines.AddRange(seen.MapElements.Where(e => programs.ContainsKey(e.Program)).Select(e => $"holder program {e.Program} map {e.Map}[{e.Index}]"));
        return Sorted(lines);

        bool InScope(string kind, uint id) => kind switch
        {
            ObjectKind.Program => programs.ContainsKey(new(id)),
            ObjectKind.Link => links.Any(l => l.Id.Value == id),
            _ => maps.Contains(id),
        };
    }

    /// <summary>
    /// A netlink attachment of the very program that a link held there before looks the same as an interface read before that link went:
    /// the next look tells which it is.
    /// </summary>
    internal static IEnumerable<string> ToldByTheNext(HostState before, Observation seen) =>
        from i in seen.Interfaces
        from x in i.Xdp
        let at = new AttachPointKey(seen.Host, seen.Boot, i.Netns, i.IfIndex)
        let program = seen.Programs.Single(p => p.Id == x.Program)
        let key = new ProgramKey(seen.Host, seen.Boot, program.Id, program.LoadedNs)
        where before.AttachPoints.GetValueOrDefault(at)?.InForce.Any(a => a.Link is not null && a.Mode == x.Mode && a.Program.Id == x.Program) == true
            || before.Links.Values.Any(l => l is { Ended: null, Defunct: null } && l.AttachPoint == at && l.Program?.Id == x.Program)
        select InForce(at, i.Name, x.Mode, key, null);

    /// <summary>What is known.</summary>
    internal static List<string> Of(HostState known)
    {
        List<string> lines = [$"boot {known.Watch?.Boot}"];
        foreach (var p in known.Programs.Values.Where(p => p.Ended is null))
        {
            lines.Add($"program {p.Facts.Key} {p.Facts.Type} {p.Facts.Name} {p.Facts.Tag} uid {p.Facts.Uid} maps {Ids(p.MapIds)}");
            lines.AddRange(Held(ObjectKind.Program, p.Facts.Key.Id.Value, p));
        }

        foreach (var l in known.Links.Values.Where(l => l.Ended is null))
        {
            lines.Add($"link {l.Key.Id} {l.Key.Type} of {l.Program} "
                + (l.Key.Type != "xdp" ? $"on {l.Target}" : l.Defunct is not null ? "defunct" : $"at {l.AttachPoint?.Netns}/{l.AttachPoint?.IfIndex} {l.IfName}"));
            lines.AddRange(Held(ObjectKind.Link, l.Key.Id.Value, l));
        }

        foreach (var m in known.Maps.Values.Where(m => m.Ended is null))
        {
            lines.Add($"map {m.Facts.Key.Id} {m.Facts.Type} {m.Facts.Name} used by {Ids(m.UsedBy)}");
            lines.AddRange(Held(ObjectKind.Map, m.Facts.Key.Id.Value, m));
        }

        lines.AddRange(known.AttachPoints.Values.SelectMany(a => a.InForce, (a, f) => InForce(a.Key, a.Interface.Name, f.Mode, f.Program, f.Link)));
        return Sorted(lines);
    }

    /// <summary>What is in force, as the programs know it.</summary>
    internal static List<string> InForceByProgram(HostState known) => Sorted(
        known.Programs.Values.Where(p => p.Ended is null)
            .SelectMany(p => p.Attachments, (p, a) => InForce(a.AttachPoint, a.Interface.Name, a.Mode, p.Facts.Key, a.Link)));

    /// <summary>What is in force, as the attach points know it.</summary>
    internal static List<string> InForceByPlace(HostState known) => Sorted(
        known.AttachPoints.Values.SelectMany(a => a.InForce, (a, f) => InForce(a.Key, a.Interface.Name, f.Mode, f.Program, f.Link)));

    /// <summary>Which link holds which program, as the programs know it.</summary>
    internal static List<string> LinksByProgram(HostState known) => Sorted(
        known.Programs.Values.Where(p => p.Ended is null).SelectMany(p => p.Links, (p, l) => $"{l} holds {p.Facts.Key}"));

    /// <summary>Which link holds which program, as the links know it.</summary>
    internal static List<string> LinksByLink(HostState known) => Sorted(
        known.Links.Values.Where(l => l.Ended is null && l.Program is not null).Select(l => $"{l.Key} holds {l.Program}"));

    private static string InForce(AttachPointKey at, string name, XdpMode mode, ProgramKey program, LinkKey? link) =>
        $"in force at {at.Netns}/{at.IfIndex} {name} {mode} {program} by {(link is { } l ? $"link {l.Id}" : "netlink")}";

    private static IEnumerable<string> Held(string kind, uint id, KernelObjectState state) =>
    [
        .. state.Pins.Select(p => $"pin {kind} {id} {p.Pin.Path} {p.Pin.Device}:{p.Pin.Inode}{(p.Pin.Hidden ? " hidden" : "")}"),
        .. state.Holders.Select(h => h.Holder switch
        {
            HolderFacts.ByDescriptor d => $"holder {kind} {id} {d.Process.Pid}:{d.Process.StartTicks}",
            HolderFacts.ByMapElement m => $"holder {kind} {id} map {m.Map}[{m.Index}]",
            _ => throw new InvalidOperationException(h.ToString()),
        }),
    ];

    private static string Ids<T>(IEnumerable<T> ids) => string.Join(",", ids.Select(i => i!.ToString()).Order(StringComparer.Ordinal));

    private static List<string> Sorted(IEnumerable<string> lines) => [.. lines.Order(StringComparer.Ordinal)];
}
