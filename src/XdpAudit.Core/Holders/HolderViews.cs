namespace XdpAudit.Core;

/// <summary>What keeps an object alive, in the words of the API.</summary>
internal static class HolderViews
{
    internal static IEnumerable<HolderView> Common(KernelObjectState state, AuditorProcesses auditor)
    {
        foreach (var held in state.Holders)
        {
            yield return held.Holder switch
            {
                HolderFacts.ByDescriptor d => new HolderView.Descriptor
                {
                    Process = d.Process, Fd = d.Fd, Thread = d.Thread, Since = held.Since, Auditor = auditor.Has(d.Process.Pid),
                },
                HolderFacts.ByMapElement m => new HolderView.MapElement { MapId = m.Map, MapType = m.MapType, Index = m.Index, Since = held.Since },
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        }

        foreach (var pin in state.Pins)
        {
            yield return new HolderView.Pin { Path = pin.Pin.Path, ReachedBy = pin.Pin.ReachedBy, Hidden = pin.Pin.Hidden, Since = pin.Since };
        }
    }

    internal static IReadOnlyList<HolderView> Of(ProgramState program, HostState host, AuditorProcesses auditor)
    {
        List<HolderView> holders = [.. Common(program, auditor)];
        foreach (var key in program.Links)
        {
            var link = host.Links.GetValueOrDefault(key);
            holders.Add(new HolderView.Link { Key = key, Id = key.Id, Defunct = link?.Defunct is not null, Since = link?.FirstSeen });
        }

        foreach (var place in program.Attachments.Where(a => a.Link is null))
        {
            holders.Add(new HolderView.Netlink { AttachPoint = place.AttachPoint, IfName = place.Interface.Name, Mode = place.Mode, Since = place.Since });
        }

        foreach (var extension in ProgramRelations.Of(host).Extensions[program.Facts.Key.Id].Where(p => p != program))
        {
            holders.Add(new HolderView.Program { Key = extension.Facts.Key, Id = extension.Facts.Key.Id, Since = extension.FirstSeen });
        }

        return OrUnexplained(holders, program, host);
    }

    internal static IReadOnlyList<HolderView> OrUnexplained(List<HolderView> holders, KernelObjectState state, HostState host)
    {
        if (holders.Count == 0 && state.Ended is null)
        {
            var missed = host.Watch?.Coverage?.Parts().Where(p => !p.Part.Complete).Select(p => p.Name).ToList() ?? [];
            holders.Add(new HolderView.Unexplained
            {
                Why = missed.Count > 0 ? $"not all could be looked at: {string.Join(", ", missed)}" : "all was looked at, and nothing that can be seen holds it",
            });
        }

        return holders;
    }

    /// <summary>A holder in a few words.</summary>
    internal static string Words(HolderView holder) => holder switch
    {
        HolderView.Descriptor { Auditor: true } d => $"the auditor itself (process {d.Process.Pid}) by fd",
        HolderView.Descriptor d => $"process {d.Process.Pid} ({d.Process.Comm ?? "name not readable"}) by fd {d.Fd}",
        HolderView.Pin p => $"pin {p.Path}",
        HolderView.Link { Defunct: true } l => $"defunct link {l.Id}",
        HolderView.Link l => $"link {l.Id}",
        HolderView.Netlink n => $"a netlink attachment on {n.IfName}, which belongs to nobody",
        HolderView.MapElement m => $"element {m.Index} of {m.MapType} map {m.MapId}",
        HolderView.Program p => $"program {p.Id}",
        HolderView.Unexplained => "nothing that can be seen",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
