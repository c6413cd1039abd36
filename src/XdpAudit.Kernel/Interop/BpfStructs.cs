using System.Runtime.InteropServices;

namespace XdpAudit.Kernel;

// include/uapi/linux/bpf.h. The kernel's names stay; a test compares each offset with the running kernel's BTF.
#pragma warning disable CS8981, CS0649 // kernel names; filled in by the kernel

/// <summary>union bpf_attr, for BPF_*_GET_*_ID and BPF_*_GET_FD_BY_ID.</summary>
[KernelStruct("bpf_attr", Within = "start_id")]
[StructLayout(LayoutKind.Sequential)]
internal struct bpf_attr_id
{
    internal uint start_id;
    internal uint next_id;
    internal uint open_flags;
}

/// <summary>union bpf_attr, for BPF_OBJ_GET_INFO_BY_FD.</summary>
[KernelStruct("bpf_attr", Within = "info")]
[StructLayout(LayoutKind.Sequential)]
internal struct bpf_attr_info
{
    internal uint bpf_fd;
    internal uint info_len;
    internal ulong info;
}

/// <summary>union bpf_attr, for BPF_OBJ_GET.</summary>
[KernelStruct("bpf_attr", Within = "pathname")]
[StructLayout(LayoutKind.Sequential)]
internal struct bpf_attr_obj
{
    internal ulong pathname;
    internal uint bpf_fd;
    internal uint file_flags;
}

/// <summary>union bpf_attr, for BPF_MAP_LOOKUP_ELEM and, with next_key in the place of value, BPF_MAP_GET_NEXT_KEY.</summary>
[KernelStruct("bpf_attr", Within = "key")]
[StructLayout(LayoutKind.Explicit, Size = 32)]
internal struct bpf_attr_elem
{
    [FieldOffset(0)] internal uint map_fd;
    [FieldOffset(8)] internal ulong key;
    [FieldOffset(16)] internal ulong value;
    [FieldOffset(16)] internal ulong next_key;
    [FieldOffset(24)] internal ulong flags;
}

/// <summary>struct bpf_prog_info as of Linux 5.16; older kernels fill in a shorter one and leave the rest 0.</summary>
[KernelStruct("bpf_prog_info")]
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct bpf_prog_info
{
    internal uint type;
    internal uint id;
    internal fixed byte tag[8];
    internal uint jited_prog_len;
    internal uint xlated_prog_len;
    internal ulong jited_prog_insns;
    internal ulong xlated_prog_insns;
    internal ulong load_time;
    internal uint created_by_uid;
    internal uint nr_map_ids;
    internal ulong map_ids;
    internal fixed byte name[16];
    internal uint ifindex;

    /// <summary>A bit field: bit 0; the other 31 are padding.</summary>
    internal uint gpl_compatible;
    internal ulong netns_dev;
    internal ulong netns_ino;
    internal uint nr_jited_ksyms;
    internal uint nr_jited_func_lens;
    internal ulong jited_ksyms;
    internal ulong jited_func_lens;
    internal uint btf_id;
    internal uint func_info_rec_size;
    internal ulong func_info;
    internal uint nr_func_info;
    internal uint nr_line_info;
    internal ulong line_info;
    internal ulong jited_line_info;
    internal uint nr_jited_line_info;
    internal uint line_info_rec_size;
    internal uint jited_line_info_rec_size;
    internal uint nr_prog_tags;
    internal ulong prog_tags;
    internal ulong run_time_ns;
    internal ulong run_cnt;
    internal ulong recursion_misses;
    internal uint verified_insns;
    internal uint attach_btf_obj_id;
    internal uint attach_btf_id;
}

/// <summary>struct bpf_map_info as of Linux 5.16.</summary>
[KernelStruct("bpf_map_info")]
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct bpf_map_info
{
    internal uint type;
    internal uint id;
    internal uint key_size;
    internal uint value_size;
    internal uint max_entries;
    internal uint map_flags;
    internal fixed byte name[16];
    internal uint ifindex;
    internal uint btf_vmlinux_value_type_id;
    internal ulong netns_dev;
    internal ulong netns_ino;
    internal uint btf_id;
    internal uint btf_key_type_id;
    internal uint btf_value_type_id;
}

/// <summary>struct bpf_link_info, its head.</summary>
[KernelStruct("bpf_link_info")]
[StructLayout(LayoutKind.Explicit, Size = 64)]
internal struct bpf_link_info
{
    [FieldOffset(0)] internal uint type;
    [FieldOffset(4)] internal uint id;
    [FieldOffset(8)] internal uint prog_id;
    [FieldOffset(16)] internal link_info_xdp xdp;
    [FieldOffset(16)] internal link_info_tracing tracing;
}

/// <summary>bpf_link_info.xdp.</summary>
[KernelStruct("bpf_link_info", Within = "xdp")]
internal struct link_info_xdp
{
    internal uint ifindex;
}

/// <summary>bpf_link_info.tracing: target_obj_id is a program for an ext program, else a BTF object.</summary>
[KernelStruct("bpf_link_info", Within = "tracing")]
internal struct link_info_tracing
{
    internal uint attach_type;
    internal uint target_obj_id;
    internal uint target_btf_id;
}

/// <summary>struct bpf_btf_info.</summary>
[KernelStruct("bpf_btf_info")]
[StructLayout(LayoutKind.Sequential)]
internal struct bpf_btf_info
{
    internal ulong btf;
    internal uint btf_size;
    internal uint id;
}

/// <summary>struct bpf_func_info.</summary>
[KernelStruct("bpf_func_info")]
[StructLayout(LayoutKind.Sequential)]
internal struct bpf_func_info
{
    internal uint insn_off;
    internal uint type_id;
}

/// <summary>struct bpf_devmap_val: on reading, the second member is the id of the entry's program, 0 for none.</summary>
[KernelStruct("bpf_devmap_val")]
[StructLayout(LayoutKind.Sequential)]
internal struct bpf_devmap_val
{
    internal uint ifindex;
    internal uint bpf_prog;
}

/// <summary>struct bpf_cpumap_val: likewise.</summary>
[KernelStruct("bpf_cpumap_val")]
[StructLayout(LayoutKind.Sequential)]
internal struct bpf_cpumap_val
{
    internal uint qsize;
    internal uint bpf_prog;
}
