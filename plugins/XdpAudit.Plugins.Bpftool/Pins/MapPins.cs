using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Bpftool;

/// <summary>
/// The maps of an object that ask to be pinned by name: libbpf pins them below /sys/fs/bpf, whatever the caller asked for, and bpftool leaves them
/// there when the load fails after that.
/// </summary>
internal sealed class MapPins(ElfObject elf)
{
    private const string Root = "/sys/fs/bpf/";

    private readonly List<PinPath> _free = [.. elf.Maps.Where(m => m.Length > 0 && !m.Contains('/', StringComparison.Ordinal)).Select(m => new PinPath(Root + m)).Where(p => KernelPins.Look(p) is null)];

    /// <summary>Pins of maps that were not there when this was made.</summary>
    internal IReadOnlyList<(PinPath Path, KernelObject Map)> Made() =>
        [.. _free.Select(p => (p, KernelPins.Look(p))).Where(p => p.Item2 is { Kind: ObjectKind.Map }).Select(p => (p.p, p.Item2!))];

    internal void TakeBack()
    {
        foreach (var (path, map) in Made())
        {
            KernelPins.Remove(path, map);
        }
    }
}
