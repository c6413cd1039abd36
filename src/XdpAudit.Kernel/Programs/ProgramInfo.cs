using System.Diagnostics.CodeAnalysis;
using XdpAudit.Abstractions;

namespace XdpAudit.Kernel;

/// <summary>One program opened by its number: bpf_prog_info and what belongs to it. Everything here stays the same from load to unload.</summary>
internal static unsafe class ProgramInfo
{
    /// <summary>The kernel keeps 15 bytes of a name; a name of that length may be the beginning of a longer one that BTF has.</summary>
    internal static bool MayBeCut(string name, uint btfId) => btfId != 0 && name.Length >= 15;

    /// <summary>The tag as bpftool writes it; null where the kernel gave none.</summary>
    internal static ProgramTag? TagOf(ReadOnlySpan<byte> tag) => tag.ContainsAnyExcept((byte)0) ? new(Convert.ToHexStringLower(tag)) : null;

    /// <summary>Opens a program and reads the fixed part of its description. The descriptor is the caller's to close.</summary>
    internal static bool TryHead(uint id, out bpf_prog_info info, out int errno, [NotNullWhen(true)] out Descriptor? descriptor)
    {
        info = default;
        descriptor = BpfObjects.TryOpen(BpfCalls.BPF_PROG_GET_FD_BY_ID, id, out errno);
        if (descriptor is not null && !BpfObjects.TryInfo(descriptor, ref info, out errno))
        {
            descriptor.Dispose();
            descriptor = null;
        }

        return descriptor is not null;
    }

    /// <summary>All there is to tell about one program; false with ENOENT when it is gone.</summary>
    internal static bool TryRead(uint id, [NotNullWhen(true)] out ObservedProgram? program, out int errno)
    {
        program = null;
        if (!TryHead(id, out var head, out errno, out var descriptor))
        {
            return false;
        }

        using (descriptor)
        {
            program = Whole(descriptor, head);
            return true;
        }
    }

    /// <summary>The description with its maps, whole name and memory.</summary>
    internal static ObservedProgram Whole(Descriptor descriptor, in bpf_prog_info head)
    {
        string name;
        ProgramTag? tag;
        fixed (bpf_prog_info* p = &head)
        {
            name = KernelText.FromFixed(new(p->name, 16));
            tag = TagOf(new(p->tag, 8));
        }

        return new()
        {
            Id = new(head.id),
            Type = ProgramTypes.Name(head.type),
            Name = MayBeCut(name, head.btf_id) ? WholeName(descriptor, head) ?? name : name,
            Tag = tag,
            LoadedNs = head.load_time,
            Uid = head.created_by_uid,
            GplCompatible = (head.gpl_compatible & 1) != 0,
            BytesXlated = head.xlated_prog_len != 0 ? head.xlated_prog_len : null,
            BytesJited = head.jited_prog_len != 0 ? head.jited_prog_len : null,
            MemlockBytes = BpfObjects.Memlock(descriptor),
            MapIds = head.nr_map_ids == 0 ? [] : MapIds(descriptor, head.nr_map_ids),
            BtfId = head.btf_id,
            VerifiedInsns = head.verified_insns != 0 ? head.verified_insns : null,
        };
    }

    private static KernelMapId[] MapIds(Descriptor descriptor, uint count)
    {
        var ids = new uint[count];
        fixed (uint* p = ids)
        {
            var info = new bpf_prog_info { nr_map_ids = count, map_ids = (ulong)p };
            if (!BpfObjects.TryInfo(descriptor, ref info, out _))
            {
                return [];
            }

            // A map bound in between makes the number larger than what we had room for.
            return [.. ids.Take((int)Math.Min(count, info.nr_map_ids)).Select(id => new KernelMapId(id))];
        }
    }

    /// <summary>The name of the program's first function in its BTF, as bpftool does it (get_prog_full_name).</summary>
    private static string? WholeName(Descriptor descriptor, in bpf_prog_info head)
    {
        if (head.nr_func_info == 0 || head.func_info_rec_size < sizeof(bpf_func_info))
        {
            return null;
        }

        // Asked for one record, the kernel writes one.
        var record = new byte[head.func_info_rec_size];
        uint typeId;
        fixed (byte* p = record)
        {
            var info = new bpf_prog_info { nr_func_info = 1, func_info_rec_size = head.func_info_rec_size, func_info = (ulong)p };
            if (!BpfObjects.TryInfo(descriptor, ref info, out _))
            {
                return null;
            }

            typeId = ((bpf_func_info*)p)->type_id;
        }

        using var btf = BpfObjects.TryOpen(BpfCalls.BPF_BTF_GET_FD_BY_ID, head.btf_id, out _);
        if (btf is null)
        {
            return null;
        }

        var btfInfo = default(bpf_btf_info);
        if (!BpfObjects.TryInfo(btf, ref btfInfo, out _))
        {
            return null;
        }

        var data = new byte[btfInfo.btf_size];
        fixed (byte* p = data)
        {
            btfInfo = new() { btf = (ulong)p, btf_size = (uint)data.Length };
            if (!BpfObjects.TryInfo(btf, ref btfInfo, out _))
            {
                return null;
            }
        }

        return BtfFile.TryParse(data, out var types, out _) ? types.NameOf(typeId) is { Length: > 0 } name ? KernelText.Escape(name) : null : null;
    }
}
