using XdpAudit.Abstractions;

namespace XdpAudit.Kernel;

/// <summary>
/// All maps. Only being frozen changes after creation, and the memory of a map whose elements are allocated one by one; the memory of all but
/// prog_arrays is told in fdinfo alone, about 20 microseconds each, so it is read once per map and again only where it can have changed, and
/// is null where opening the map would do something to it.
/// </summary>
internal sealed class MapReader(BpfIterators? iterators)
{
    /// <summary>bpf.h: elements are allocated when they are set, so the memory grows.</summary>
    private const uint BPF_F_NO_PREALLOC = 1;

    private Dictionary<uint, Known> _known = [];
    private Dictionary<uint, Known> _next = [];

    /// <summary>Lists them with their elements that keep programs.</summary>
    internal List<ObservedMap> Read(LookPart part, List<ObservedMapElement> elements)
    {
        var maps = new List<ObservedMap>(_known.Count + 16);
        if (iterators is not null && iterators.Has(BpfIterators.Map))
        {
            part.Method = Methods.Iterator;
            ReadIterator(iterators, maps, elements, part);
        }
        else
        {
            part.Method = Methods.IdWalk;
            Walk(maps, elements, part);
        }

        (_known, _next) = (_next, _known);
        _next.Clear();
        return maps;
    }

    private void ReadIterator(BpfIterators source, List<ObservedMap> maps, List<ObservedMapElement> elements, LookPart part)
    {
        if (!source.TryRead<MapRecord>(BpfIterators.Map, out var records, out var errno))
        {
            part.Missed(Words.Listing("maps"), Words.StoppedEarly, errno);
        }

        var refused = false;
        var keepers = new Dictionary<uint, MapRecord>();
        foreach (ref readonly var record in records)
        {
            var known = _known.TryGetValue(record.Id, out var before) && before.Cookie == record.Cookie && before.Map.Frozen == (record.Frozen != 0)
                ? before
                : new(record.Cookie, From(record));
            var growing = (record.Flags & BPF_F_NO_PREALLOC) != 0;
            if (!record.MayOpen)
            {
                // What it was when it could be asked for is not what it is.
                known = growing && known.Map.MemlockBytes is not null ? known with { Map = known.Map with { MemlockBytes = null } } : known;
            }
            else if (growing || known.Map.MemlockBytes is null)
            {
                if (TryMemlock(record.Id, out var memlock, out errno))
                {
                    known = known.Map.MemlockBytes == memlock ? known : known with { Map = known.Map with { MemlockBytes = memlock } };
                }
                else if (BpfObjects.IsPassing(errno))
                {
                    continue;
                }
                else
                {
                    refused = true;
                }
            }

            _next[record.Id] = known;
            maps.Add(known.Map);

            if (MapElements.MayKeep(record.Type, record.ValueBytes))
            {
                keepers[record.Id] = record;
            }
        }

        // The records are gone with the next run of an iterator.
        ReadElements(source, keepers, elements, part);
        if (refused)
        {
            part.Lessened(Words.Listing("memory of maps"), Words.MapMemlockNeedsSysAdmin, Errno.EPERM);
        }
    }

    private static void ReadElements(BpfIterators source, Dictionary<uint, MapRecord> maps, List<ObservedMapElement> elements, LookPart part)
    {
        if (maps.Count == 0)
        {
            return;
        }

        if (source.Has(BpfIterators.Element))
        {
            MapElements.Read(source, maps, elements, part);
            return;
        }

        foreach (var map in maps.Values)
        {
            MapElements.ReadByCalls(map, elements, part);
        }
    }

    private static bool TryMemlock(uint id, out ulong? memlock, out int errno)
    {
        memlock = null;
        using var map = BpfObjects.TryOpen(BpfCalls.BPF_MAP_GET_FD_BY_ID, id, out errno, BpfCalls.BPF_F_RDONLY);
        memlock = map is null ? null : BpfObjects.Memlock(map);
        return map is not null;
    }

    private static ObservedMap From(in MapRecord record) => new()
    {
        Id = new(record.Id),
        Type = MapTypes.Name(record.Type),
        Name = KernelText.FromFixed(record.Name),
        KeyBytes = record.KeyBytes,
        ValueBytes = record.ValueBytes,
        MaxEntries = record.MaxEntries,
        Flags = record.Flags,
        MemlockBytes = record.Memory != 0 ? record.Memory : null,
        Frozen = record.Frozen != 0,
        BtfId = record.BtfId,
    };

    private static unsafe void Walk(List<ObservedMap> maps, List<ObservedMapElement> elements, LookPart part)
    {
        uint id = 0;
        int errno;
        while (BpfObjects.TryNextId(BpfCalls.BPF_MAP_GET_NEXT_ID, ref id, out errno))
        {
            // Opened once for all there is to ask: nothing but a descriptor tells whether closing it empties a prog_array, and to close two in
            // short order is what may keep one for the rest of the boot.
            var info = default(bpf_map_info);
            using var descriptor = BpfObjects.TryOpen(BpfCalls.BPF_MAP_GET_FD_BY_ID, id, out errno, BpfCalls.BPF_F_RDONLY);
            if (descriptor is null || !BpfObjects.TryInfo(descriptor, ref info, out errno))
            {
                if (!BpfObjects.IsPassing(errno))
                {
                    part.Missed(Words.Opening(ObjectKind.Map, id), Words.NeedsSysAdmin, errno);
                }

                continue;
            }

            maps.Add(From(descriptor, info));
            if (MapElements.MayKeep(info.type, info.value_size))
            {
                ElementCalls.Read(descriptor, id, info.type, info.max_entries, elements, part);
            }
        }

        if (errno != Errno.ENOENT)
        {
            part.Missed(Words.Listing("maps"), Words.NeedsSysAdmin, errno);
        }
    }

    /// <summary>Memory and frozen are in fdinfo only.</summary>
    private static unsafe ObservedMap From(Descriptor descriptor, in bpf_map_info info)
    {
        ProcFiles.TryRead($"/proc/self/fdinfo/{descriptor.Number}", out var fdinfo, out _);
        fixed (bpf_map_info* p = &info)
        {
            return new()
            {
                Id = new(info.id),
                Type = MapTypes.Name(info.type),
                Name = KernelText.FromFixed(new(p->name, 16)),
                KeyBytes = info.key_size,
                ValueBytes = info.value_size,
                MaxEntries = info.max_entries,
                Flags = info.map_flags,
                MemlockBytes = FdInfo.TryParse(fdinfo, "memlock"u8, out var memlock) ? memlock : null,
                Frozen = FdInfo.TryParse(fdinfo, "frozen"u8, out var frozen) ? frozen != 0 : null,
                BtfId = info.btf_id,
            };
        }
    }

    /// <summary>The kernel's cookie (Linux 6.12) tells a map from a later one with the same id; 0 where there is none.</summary>
    private readonly record struct Known(ulong Cookie, ObservedMap Map);
}
