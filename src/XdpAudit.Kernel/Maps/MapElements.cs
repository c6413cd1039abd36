using System.Globalization;
using XdpAudit.Abstractions;

namespace XdpAudit.Kernel;

/// <summary>
/// Elements that keep a program: slots of a prog_array, where the value read is the program's id, and entries of devmap, devmap_hash and
/// cpumap, where bytes 4 to 7 of the value are it (struct bpf_devmap_val, bpf_cpumap_val). No other map is opened.
/// </summary>
internal static unsafe class MapElements
{
    /// <summary>Larger arrays are read up to here, and the rest is a gap: 65,536 lookups take some 20 milliseconds.</summary>
    internal const int MostSlots = 65_536;

    internal static void Read(uint map, uint type, uint valueBytes, uint maxEntries, List<ObservedMapElement> elements, LookPart part)
    {
        var program = type switch
        {
            MapTypes.ProgArray => 0,
            MapTypes.Devmap or MapTypes.DevmapHash or MapTypes.Cpumap when valueBytes == sizeof(bpf_devmap_val) => sizeof(uint),
            _ => -1,
        };
        if (program < 0)
        {
            return;
        }

        using var descriptor = BpfObjects.TryOpen(BpfCalls.BPF_MAP_GET_FD_BY_ID, map, out var errno, BpfCalls.BPF_F_RDONLY);
        if (descriptor is null)
        {
            if (!BpfObjects.IsPassing(errno))
            {
                part.Missed(Words.Opening(ObjectKind.Map, map), Words.NeedsSysAdmin, errno);
            }

            return;
        }

        // A hash is bounded by what it may hold; a walk that restarts because its key went must still end.
        var most = Math.Min(maxEntries, MostSlots);
        uint key = 0;
        var hash = type == MapTypes.DevmapHash;
        for (uint n = 0; n < most; n++)
        {
            if (hash && !TryNext(descriptor, n == 0 ? null : &key, &key))
            {
                break;
            }

            key = hash ? key : n;
            ulong value = 0;
            if (TryLookup(descriptor, key, &value, out errno))
            {
                var id = ((uint*)&value)[program / sizeof(uint)];
                if (id != 0)
                {
                    elements.Add(new(new(map), key, new(id)));
                }
            }
            else if (errno != Errno.ENOENT)
            {
                part.Missed(Words.Opening("elements of map", map), Words.MapWriteOnly, errno);
                return;
            }
        }

        if (maxEntries > MostSlots)
        {
            part.Missed(
                string.Create(CultureInfo.InvariantCulture, $"read elements of map {map}"), Words.MapTooLarge(MostSlots));
        }
    }

    private static bool TryLookup(Descriptor map, uint key, ulong* value, out int errno)
    {
        var attr = new bpf_attr_elem { map_fd = (uint)map.Number, key = (ulong)(&key), value = (ulong)value };
        var failed = BpfCalls.Bpf(BpfCalls.BPF_MAP_LOOKUP_ELEM, &attr, (uint)sizeof(bpf_attr_elem)) != 0;
        errno = failed ? Errno.Last : 0;
        return !failed;
    }

    private static bool TryNext(Descriptor map, uint* key, uint* next)
    {
        var attr = new bpf_attr_elem { map_fd = (uint)map.Number, key = (ulong)key, next_key = (ulong)next };
        return BpfCalls.Bpf(BpfCalls.BPF_MAP_GET_NEXT_KEY, &attr, (uint)sizeof(bpf_attr_elem)) == 0;
    }
}
