using System.Runtime.InteropServices;
using XdpAudit.Abstractions;

namespace XdpAudit.Kernel;

/// <summary>
/// All programs of all types. What was seen once is kept: a program does not change after it is loaded, but for its references and the maps
/// that BPF_PROG_BIND_MAP adds (their number tells), so a look costs one record per program and calls only for new ones.
/// </summary>
internal sealed class ProgramReader(BpfIterators? iterators)
{
    private Dictionary<uint, Known> _known = [];
    private Dictionary<uint, Known> _next = [];

    /// <summary>Lists them; what was refused is in <paramref name="part"/>.</summary>
    internal List<ObservedProgram> Read(LookPart part)
    {
        var programs = new List<ObservedProgram>(_known.Count + 16);
        if (iterators is not null && iterators.Has(BpfIterators.Program))
        {
            part.Method = Methods.Iterator;
            ReadIterator(iterators, programs, part);
        }
        else
        {
            part.Method = Methods.IdWalk;
            Walk(programs, part);
        }

        // What was not met is gone; what is kept has to be as many as there are programs, not as there ever were.
        (_known, _next) = (_next, _known);
        _next.Clear();
        return programs;
    }

    private void ReadIterator(BpfIterators source, List<ObservedProgram> programs, LookPart part)
    {
        if (!source.TryRead<ProgramRecord>(BpfIterators.Program, out var records, out var errno))
        {
            part.Missed(Words.Listing("programs"), Words.StoppedEarly, errno);
        }

        var refused = false;
        foreach (ref readonly var record in records)
        {
            if (_known.TryGetValue(record.Id, out var known) && known.IsStill(record.LoadTime, record.UsedMaps, record.Extends))
            {
                // The visit itself holds one reference.
                var references = record.References - 1;
                if (known.Program.References != references)
                {
                    known = known with { Program = known.Program with { References = references } };
                }
            }
            else if (TryMeet(record, ref refused, out var met))
            {
                known = met;
            }
            else
            {
                continue;
            }

            _next[record.Id] = known;
            programs.Add(known.Program);
        }

        if (refused)
        {
            part.Lessened(Words.Listing("maps of programs"), Words.MapIdsNeedSysAdmin, Errno.EPERM);
        }
    }

    /// <summary>A program seen for the first time. False when it is gone before its maps could be asked for: it came and went while we looked.</summary>
    private static bool TryMeet(in ProgramRecord record, ref bool refused, out Known known)
    {
        var name = KernelText.FromFixed(record.Name);
        uint? jited = record.Jited != 0 ? record.JitedBytes : null;
        IReadOnlyList<KernelMapId> maps = [];
        if (record.UsedMaps > 0 || record.Functions > 0 || ProgramInfo.MayBeCut(name, record.BtfId))
        {
            if (ProgramInfo.TryRead(record.Id, out var info, out var errno))
            {
                (name, maps) = (info.Name, info.MapIds);
                jited = jited is null ? null : info.BytesJited ?? jited;
            }
            else if (BpfObjects.IsPassing(errno))
            {
                known = default;
                return false;
            }
            else
            {
                refused = true;
            }
        }

        var program = new ObservedProgram
        {
            Id = new(record.Id),
            Type = ProgramTypes.Name(record.Type),
            Name = name,
            Tag = ProgramInfo.TagOf(MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(in record.Tag, 1))),
            LoadedNs = record.LoadTime,
            Uid = record.Uid,
            GplCompatible = record.GplCompatible != 0,
            BytesXlated = record.Instructions * 8,
            BytesJited = jited,
            MemlockBytes = (ulong)record.Pages * (ulong)Environment.SystemPageSize,
            MapIds = maps,
            BtfId = record.BtfId,
            VerifiedInsns = record.HasVerifiedInsns != 0 ? record.VerifiedInsns : null,
            References = record.References - 1,
            DeviceBound = record.DeviceBound switch { 0 => false, 1 => true, _ => null },
            Extends = record.Extends != 0 ? new(record.Extends) : null,
        };
        known = new(program, record.UsedMaps, record.Extends);
        return true;
    }

    private void Walk(List<ObservedProgram> programs, LookPart part)
    {
        uint id = 0;
        int errno;
        while (BpfObjects.TryNextId(BpfCalls.BPF_PROG_GET_NEXT_ID, ref id, out errno))
        {
            // The load time tells a reused id, and only opening tells the load time.
            if (!ProgramInfo.TryHead(id, out var head, out errno, out var descriptor))
            {
                if (!BpfObjects.IsPassing(errno))
                {
                    part.Missed(Words.Opening(ObjectKind.Program, id), Words.NeedsSysAdmin, errno);
                }

                continue;
            }

            using (descriptor)
            {
                if (!_known.TryGetValue(id, out var known) || !known.IsStill(head.load_time, head.nr_map_ids, 0))
                {
                    known = new(ProgramInfo.Whole(descriptor, head), head.nr_map_ids, 0);
                }

                _next[id] = known;
                programs.Add(known.Program);
            }
        }

        if (errno != Errno.ENOENT)
        {
            part.Missed(Words.Listing("programs"), Words.NeedsSysAdmin, errno);
        }
    }

    private readonly record struct Known(ObservedProgram Program, uint UsedMaps, uint Extends)
    {
        internal bool IsStill(ulong loadTime, uint usedMaps, uint extends) =>
            Program.LoadedNs == loadTime && UsedMaps == usedMaps && Extends == extends;
    }
}
