namespace XdpAudit.Core;

/// <summary>What took the last reference of something.</summary>
internal sealed partial class Witnesses
{
    /// <summary>The last thing heard before a moment that can have taken the last reference of a program or link.</summary>
    internal Testimony? Cause(ulong notAfter, params IEnumerable<string> names) => Latest(notAfter, names.SelectMany(n => _byName.Value[n]));

    /// <summary>
    /// What took the last reference of something that pins kept too. A removed pin is heard when its directory is read, a little after it went; and
    /// while a pin was left that nobody heard go, nothing else can have taken the last reference.
    /// </summary>
    internal Testimony? Cause(ulong notAfter, IReadOnlyList<HeldPin> pins, IEnumerable<string> names, params IEnumerable<Testimony> others)
    {
        var unpins = pins.Select(p => _byName.Value[$"unpin {p.Pin.Path}"].LastOrDefault(t => t.Notice.BootNs <= notAfter + Reading)).ToList();
        return unpins.Contains(null) ? null : unpins.Where(u => u!.Notice.BootNs > notAfter).MaxBy(u => u!.Notice.BootNs) ?? Latest(notAfter, [.. names.SelectMany(n => _byName.Value[n]), .. others]);
    }

    /// <summary>The close that took the last reference of a link, if one did before a moment; null when that was not heard.</summary>
    internal Testimony? EndOf(LinkState link, ulong notAfter) => link.Pins.Count == 0 ? LastClose(link.Key, notAfter) : null;

    /// <summary>
    /// What took the last reference of a link that a look proves to be gone. The look may have been under way: then nothing but the end of those who
    /// held it tells. Null when that was not heard, or not of all of them.
    /// </summary>
    internal Testimony? Release(LinkState link)
    {
        if (!Any || link.Pins.Count > 0)
        {
            return Unpin(link.Pins);
        }

        var ends = link.Holders.Select(h => h.Holder is HolderFacts.ByDescriptor d ? Last($"exit {d.Process.Pid} {d.Process.StartTicks}") : null).ToList();
        return Last($"free {link.Key.Id}") ?? LastClose(link.Key) ?? (ends.Contains(null) ? null : ends.MaxBy(e => e!.Notice.BootNs));
    }

    /// <summary>The removal of the last of some pins; null when there was none, or one of them was not heard go.</summary>
    internal Testimony? Unpin(IReadOnlyList<HeldPin> pins) => pins.Count == 0 || !Any ? null : Cause(Began, pins, pins.Select(p => $"unpin {p.Pin.Path}"));

    /// <summary>What took a last reference, in words; null when it only tells that it went.</summary>
    internal static string? WordsOfEnd(Testimony? end) => end?.Notice is DescriptorCloseNotice or ProcessExitNotice or UnpinNotice ? Words(end) : null;

    /// <summary>What a cause is, in words.</summary>
    internal static string Words(Testimony cause)
    {
        var who = cause.Notice.Actor is Actor.Process p ? $"process {p.Identity.Pid} ({p.Identity.Comm ?? "name not readable"})" : "a process that was not seen";
        return cause.Notice switch
        {
            DescriptorCloseNotice n => $"{who} closed its descriptor of {n.Held} {n.HeldId}",
            ProcessExitNotice n when (n.ExitCode & 0x7f) is > 0 and var signal => $"{who} was ended by signal {signal}",
            ProcessExitNotice => $"{who} ended",
            UnpinNotice n => $"{who} removed the pin {n.Path}",
            XdpSetNotice n => n.After is { } after ? $"{who} put program {after} in its place on {n.Interface.Name}" : $"{who} took it off {n.Interface.Name}",
            LinkDetachNotice n => $"{who} detached link {n.Id}",
            LinkUpdateNotice n => $"{who} gave link {n.Id} another program",
            _ => who,
        };
    }

    private static Testimony? Latest(ulong notAfter, IEnumerable<Testimony> causes) =>
        causes.Where(t => t.Notice.BootNs <= notAfter + (t.Notice is UnpinNotice ? Reading : 0) && t.Notice.BootNs + Lasts(t.Notice) > notAfter).MaxBy(t => t.Notice.BootNs);

    // A close that leaves a pin behind takes nothing with it.
    private Testimony? LastClose(LinkKey link, ulong notAfter = ulong.MaxValue) =>
        !KeptByPins.Contains(link) && _byName.Value[$"close {ObjectKind.Link} {link.Id}"].LastOrDefault(t => !IsPast(t) && t.Notice.BootNs <= notAfter) is { Notice: DescriptorCloseNotice { Last: true } } last
            && !_byName.Value.Contains($"pin {ObjectKind.Link} {link.Id}") ? last : null;
}
