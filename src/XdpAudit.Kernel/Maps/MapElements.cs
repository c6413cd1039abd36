using System.Globalization;
using XdpAudit.Abstractions;

namespace XdpAudit.Kernel;

/// <summary>
/// Elements that keep a program: slots of a prog_array, and entries of devmap, devmap_hash and cpumap whose values have room for one. The
/// iterator reads them without a descriptor of the map. Where it cannot, because of this kernel or of some 4,000 programs in one map,
/// <see cref="ElementCalls"/> does, but not for a prog_array without user references (<see cref="MapRecord.MayOpen"/> says why).
/// </summary>
internal static unsafe class MapElements
{
    /// <summary>Larger maps are read up to here, and the rest is a gap. As ELEMENTS_MOST_SLOTS in Bpf/look.bpf.c.</summary>
    internal const int MostSlots = 65_536;

    /// <summary>Whether elements of such a map can keep programs; struct bpf_devmap_val and bpf_cpumap_val have 8 bytes then.</summary>
    internal static bool MayKeep(uint type, uint valueBytes) => type switch
    {
        MapTypes.ProgArray => true,
        MapTypes.Devmap or MapTypes.DevmapHash or MapTypes.Cpumap => valueBytes == sizeof(bpf_devmap_val),
        _ => false,
    };

    /// <summary>Those of the given maps, as one run of the iterator tells; maps that came since are left to the next look.</summary>
    internal static void Read(BpfIterators source, Dictionary<uint, MapRecord> maps, List<ObservedMapElement> elements, LookPart part)
    {
        if (!source.TryRead<ElementRecord>(BpfIterators.Element, out var records, out var errno))
        {
            part.Missed(Words.Listing("elements of maps"), Words.StoppedEarly, errno);
        }

        while (TryNext(ref records, out var map, out var found, out var end))
        {
            if (!maps.TryGetValue(map, out var record))
            {
                continue;
            }

            if (end is ElementsEnd.All or ElementsEnd.TooManySlots)
            {
                foreach (ref readonly var element in found)
                {
                    elements.Add(new(new(map), element.Key, new(element.Program)));
                }

                if (end == ElementsEnd.TooManySlots)
                {
                    TooLarge(map, part);
                }
            }
            else
            {
                ReadByCalls(record, elements, part);
            }
        }
    }

    /// <summary>One map of which the iterator list has told us; through a descriptor of it, where that does nothing to it.</summary>
    internal static void ReadByCalls(in MapRecord map, List<ObservedMapElement> elements, LookPart part)
    {
        // Its slots were cleared when the last user reference went, and nothing but a user can set them.
        if (map.Type == MapTypes.ProgArray && map.UserReferences == 0)
        {
            return;
        }

        using var descriptor = BpfObjects.TryOpen(BpfCalls.BPF_MAP_GET_FD_BY_ID, map.Id, out var errno, BpfCalls.BPF_F_RDONLY);
        if (descriptor is not null)
        {
            ElementCalls.Read(descriptor, map.Id, map.Type, map.MaxEntries, elements, part);
        }
        else if (!BpfObjects.IsPassing(errno))
        {
            part.Missed(Words.Opening(ObjectKind.Map, map.Id), Words.NeedsSysAdmin, errno);
        }
    }

    internal static void TooLarge(uint map, LookPart part) =>
        part.Missed(string.Create(CultureInfo.InvariantCulture, $"read elements of map {map}"), Words.MapTooLarge(MostSlots));

    /// <summary>The next map of the stream; false at its end. A map without an end is where the kernel stopped early, and is not told.</summary>
    internal static bool TryNext(ref ReadOnlySpan<ElementRecord> records, out uint map, out ReadOnlySpan<ElementRecord> found, out ElementsEnd end)
    {
        map = 0;
        found = [];
        end = ElementsEnd.All;
        if (records is not [{ Program: ElementRecord.Begin } begin, ..])
        {
            return false;
        }

        for (var n = 1; n < records.Length; n++)
        {
            if (records[n].Program == ElementRecord.End)
            {
                map = begin.Key;
                found = records[1..n];
                end = (ElementsEnd)records[n].Key;
                records = records[(n + 1)..];
                return true;
            }
        }

        return false;
    }
}
