using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Findings;

/// <summary>The steps after which nothing holds an object any more: nothing can unload it by force, only its holders can let go.</summary>
internal static class LetGo
{
    internal static Remedy OfProgram(this Remedy remedy, ProgramView program)
    {
        foreach (var extension in remedy.Host.ExtensionsOf(program).Where(e => remedy.First(e.Key.Value)))
        {
            remedy.OfProgram(extension);
        }

        foreach (var holder in program.Holders.OfType<HolderView.Link>())
        {
            if (remedy.Host.Link(holder.Id) is { } link)
            {
                remedy.OfLink(link);
            }
        }

        if (program.Operation is not null)
        {
            remedy.Ours("xdpaudit lets go of what it holds itself: its pins and its descriptors", $"xdpaudit program unload {program.Id}");
        }

        foreach (var pin in program.Holders.OfType<HolderView.Pin>())
        {
            remedy.Unpin("program", "prog", program.Id.Value, pin, oursToo: program.Operation is null);
        }

        foreach (var element in program.Holders.OfType<HolderView.MapElement>())
        {
            remedy.Clear(element);
        }

        return remedy.Descriptors(program.Holders, "program", letsGo: program.Operation is not null);
    }

    internal static Remedy OfLink(this Remedy remedy, LinkView link) =>
        remedy.First(link.Key.Value) ? remedy.PinsOfLink(link).Descriptors(link.Holders, "link") : remedy;

    internal static Remedy PinsOfLink(this Remedy remedy, LinkView link)
    {
        foreach (var pin in link.Holders.OfType<HolderView.Pin>())
        {
            remedy.Unpin("link", "link", link.Id.Value, pin, oursToo: true);
        }

        return remedy;
    }

    internal static Remedy OfMap(this Remedy remedy, MapView map)
    {
        foreach (var pin in map.Holders.OfType<HolderView.Pin>())
        {
            remedy.Unpin("map", "map", map.Id.Value, pin, oursToo: false);
        }

        return remedy.Descriptors(map.Holders, "map");
    }

    /// <summary>Removes one pin. <paramref name="noun"/> is xdpaudit's word, which has none for maps; <paramref name="kind"/> is bpftool's.</summary>
    internal static void Unpin(this Remedy remedy, string noun, string kind, uint id, HolderView.Pin pin, bool oursToo)
    {
        var number = Words.Number(id);
        var plain = pin.Hidden ? UnpinHidden(kind, number, pin) : $"bpftool {kind} show pinned {Sh.Quote(pin.ReachedBy)} | grep -q '^{number}: ' && rm -- {Sh.Quote(pin.ReachedBy)}";
        var why = pin.Hidden
            ? "remove the hidden pin: in a mount namespace of its own, take away what covers it there, then remove the pin; the host's mounts stay as they are"
            : $"remove the pin, if it is still one of {noun} {number}";
        if (pin.Hidden || noun == "map")
        {
            remedy.Both(why, plain);
            return;
        }

        if (oursToo)
        {
            remedy.Ours("remove the pin", $"xdpaudit {noun} unpin {number} --pin {Sh.Literal(pin.ReachedBy)}");
        }

        remedy.Plain(why, plain);
    }

    /// <summary>Empties one element of a map.</summary>
    private static void Clear(this Remedy remedy, HolderView.MapElement element)
    {
        // Keys of these maps are 32-bit numbers in the byte order of the machine, which is little-endian on all we run on.
        var i = element.Index;
        var key = $"{i & 0xff:x2} {(i >> 8) & 0xff:x2} {(i >> 16) & 0xff:x2} {i >> 24:x2}";
        var also = element.MapType == "prog_array" ? "" : "; where it redirects to goes with it";
        remedy.Both($"empty the element of {element.MapType} map {element.MapId} that keeps the program{also}", $"bpftool map delete id {element.MapId} key hex {key}");
    }

    private static Remedy Descriptors(this Remedy remedy, IEnumerable<HolderView> holders, string noun, bool letsGo = false)
    {
        foreach (var descriptor in holders.OfType<HolderView.Descriptor>())
        {
            remedy.End(descriptor, noun, letsGo);
        }

        return remedy;
    }

    /// <summary>A process lets go when it closes its fd or ends. pid 1 is never to be ended; without a start time a pid may be another process by now.</summary>
    /// <param name="remedy">The steps so far.</param>
    /// <param name="descriptor">The holder.</param>
    /// <param name="noun">What it holds.</param>
    /// <param name="letsGo">An xdpaudit command before this one has the auditor let go, so that it need not end: it could not be asked afterwards.</param>
    internal static void End(this Remedy remedy, HolderView.Descriptor descriptor, string noun, bool letsGo = false)
    {
        var process = descriptor.Process;
        var pid = Words.Number(process.Pid);
        if (!remedy.First($"pid {pid}"))
        {
            return;
        }

        var who = Words.Process(process) + (process.Exe is { } exe ? $", {Words.Shown(exe)}," : "");
        if (remedy.Host.IsAuditor(descriptor) && letsGo)
        {
            remedy.Plain($"the auditor holds the {noun} itself; this ends the auditor, start it again afterwards", Kill(process));
        }
        else if (remedy.Host.IsAuditor(descriptor))
        {
            remedy.Both($"the auditor holds the {noun} itself; this ends the auditor, start it again afterwards", Kill(process));
        }
        else if (process.Pid == 1)
        {
            remedy.Both($"{who} holds the {noun}: have it close the fd; it cannot be ended", null);
        }
        else
        {
            remedy.Both($"{who} holds the {noun}: closing its fd there is enough; this ends the process, if it is still the same one", Kill(process));
        }
    }

    /// <summary>Field 22 of /proc/PID/stat, counted after the last parenthesis: the name before it may hold spaces and parentheses (proc(5)).</summary>
    private static string? Kill(ProcessIdentity process) =>
        process is { StartTicks: { } start, Pid: > 1 }
            ? $"[ \"$(sed 's/.*) //' /proc/{Words.Number(process.Pid)}/stat | cut -d' ' -f20)\" = {start.ToString(System.Globalization.CultureInfo.InvariantCulture)} ] && kill {Words.Number(process.Pid)}"
            : null;

    private static string UnpinHidden(string kind, string id, HolderView.Pin pin)
    {
        // Mounts may be stacked: take the topmost one over the path away until the path leads to the object. unshare(1) makes the mounts private.
        var uncover =
            $"cd / || exit 1; until bpftool {kind} show pinned \"$1\" 2>/dev/null | grep -q \"^$2: \"; do d=$1; until [ -e \"${{d:-/}}\" ]; do d=${{d%/*}}; done; "
            + "m=$(findmnt -nfo TARGET --target \"${d:-/}\"); [ -n \"$m\" ] && [ \"$m\" != / ] && umount -l \"$m\" || exit 1; done; rm -- \"$1\"";
        var parts = pin.ReachedBy.Split('/');
        var enter = parts is ["", "proc", var pid, "root", ..] && int.TryParse(pid, System.Globalization.NumberStyles.None, null, out _) ? $"nsenter --target {pid} --mount " : "";
        return $"{enter}unshare --mount sh -c '{uncover}' sh {Sh.Quote(pin.Path.Value)} {id}";
    }
}
