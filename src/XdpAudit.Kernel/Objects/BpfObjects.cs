namespace XdpAudit.Kernel;

/// <summary>
/// Programs, links and maps by their numbers. Each descriptor is closed before anything else is opened: while it is open it keeps the object
/// alive, and one that outlived its owner would keep XDP running.
/// </summary>
internal static unsafe class BpfObjects
{
    /// <summary>The number after <paramref name="id"/>; false with ENOENT after the last.</summary>
    internal static bool TryNextId(int command, ref uint id, out int errno)
    {
        var attr = new bpf_attr_id { start_id = id };
        var failed = BpfCalls.Bpf(command, &attr, (uint)sizeof(bpf_attr_id)) != 0;
        errno = failed ? Errno.Last : 0;
        id = failed ? id : attr.next_id;
        return !failed;
    }

    /// <summary>Opens an object by its number; null with ENOENT when it is gone, EAGAIN when a link is only being made: both a skip.</summary>
    internal static Descriptor? TryOpen(int command, uint id, out int errno, uint flags = 0)
    {
        var attr = new bpf_attr_id { start_id = id, open_flags = flags };
        var fd = BpfCalls.Bpf(command, &attr, (uint)sizeof(bpf_attr_id));
        errno = fd < 0 ? Errno.Last : 0;
        return fd < 0 ? null : new Descriptor(fd);
    }

    /// <summary>BPF_OBJ_GET_INFO_BY_FD. The structure may carry in-parameters; what an older kernel does not know stays 0.</summary>
    internal static bool TryInfo<TInfo>(Descriptor descriptor, ref TInfo info, out int errno)
        where TInfo : unmanaged
    {
        fixed (TInfo* p = &info)
        {
            var attr = new bpf_attr_info { bpf_fd = (uint)descriptor.Number, info_len = (uint)sizeof(TInfo), info = (ulong)p };
            var failed = BpfCalls.Bpf(BpfCalls.BPF_OBJ_GET_INFO_BY_FD, &attr, (uint)sizeof(bpf_attr_info)) != 0;
            errno = failed ? Errno.Last : 0;
            return !failed;
        }
    }

    /// <summary>An object that came or went while it was listed; not an error (ENOENT), or a link that is not settled (EAGAIN).</summary>
    internal static bool IsPassing(int errno) => errno is Errno.ENOENT or Errno.EAGAIN;

    /// <summary><c>memlock:	4096</c> of the descriptor's fdinfo; null when it cannot be read.</summary>
    internal static ulong? Memlock(Descriptor descriptor) =>
        ProcFiles.TryRead($"/proc/self/fdinfo/{descriptor.Number}", out var content, out _) && FdInfo.TryParse(content, "memlock"u8, out var bytes) ? bytes : null;
}
