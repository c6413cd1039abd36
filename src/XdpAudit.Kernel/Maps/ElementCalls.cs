using XdpAudit.Abstractions;

namespace XdpAudit.Kernel;

/// <summary>
/// Elements that keep a program, asked for one by one through a descriptor: of a prog_array the value is the program's id, of the others bytes
/// 4 to 7 of the value are it (struct bpf_devmap_val, bpf_cpumap_val). 65,536 of them take some 20 milliseconds.
/// </summary>
internal static unsafe class ElementCalls
{
    internal static void Read(Descriptor descriptor, uint map, uint type, uint maxEntries, List<ObservedMapElement> elements, LookPart part)
    {
        var program = type == MapTypes.ProgArray ? 0 : 1;
        var hash = type == MapTypes.DevmapHash;

        // A hash is bounded by what it may hold; a walk that restarts because its key went must still end.
        var most = Math.Min(maxEntries, MapElements.MostSlots);
        uint key = 0;
        for (uint n = 0; n < most; n++)
        {
            if (hash && !TryNext(descriptor, n == 0 ? null : &key, &key))
            {
                break;
            }

            key = hash ? key : n;
            ulong value = 0;
            if (TryLookup(descriptor, key, &value, out var errno))
            {
                var id = ((uint*)&value)[program];
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

        if (maxEntries > MapElements.MostSlots)
        {
            MapElements.TooLarge(map, part);
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
