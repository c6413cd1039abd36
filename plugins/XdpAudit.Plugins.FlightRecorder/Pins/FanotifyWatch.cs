using System.Runtime.InteropServices;
using System.Text;
using static XdpAudit.Plugins.FlightRecorder.WatchCalls;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>fanotify(7) marks on directories: it tells who. A bpffs can be marked by inode only, and only since its inodes have handles, Linux 6.6.</summary>
internal sealed unsafe class FanotifyWatch : IDirectoryWatch
{
    private readonly Descriptor _group;
    private readonly byte[] _buffer = new byte[64 * 1024];

    private FanotifyWatch(Descriptor group) => _group = group;

    public string Hook => "fanotify";

    public int Descriptor => _group.Number;

    /// <summary>Null when the kernel is older or refuses.</summary>
    internal static FanotifyWatch? TryOpen(out int errno)
    {
        // procfs has no handles of its own either, and is always there: what holds for it holds for a bpffs.
        if (KeyOf("/proc", out errno) is null)
        {
            return null;
        }

        var fd = FanInit(FanFlags, 0);
        errno = fd < 0 ? Marshal.GetLastPInvokeError() : 0;
        return fd < 0 ? null : new(new(fd));
    }

    public string? TryAdd(string path, out int errno)
    {
        if (KeyOf(path, out errno) is not { } key)
        {
            return null;
        }

        fixed (byte* bytes = Encoding.UTF8.GetBytes(path + "\0"))
        {
            var marked = FanMark(Descriptor, FanAddDirectory, MovedFrom | MovedTo | Create | Delete | OnDirectory, AtCurrentDirectory, bytes) == 0;
            errno = marked ? 0 : Marshal.GetLastPInvokeError();
            return marked ? key : null;
        }
    }

    public bool Read(List<DirectoryEvent> into)
    {
        var whole = true;
        while (true)
        {
            nint length;
            fixed (byte* bytes = _buffer)
            {
                length = FileCalls.Read(Descriptor, bytes, (nuint)_buffer.Length);
            }

            // EAGAIN: that was all.
            if (length <= 0)
            {
                return whole;
            }

            whole &= Parse(_buffer.AsSpan(0, (int)length), into);
        }
    }

    public void Dispose() => _group.Dispose();

    /// <summary>A file system and a handle in it, in the order and form in which events name a directory.</summary>
    private static string? KeyOf(string path, out int errno)
    {
        var handle = stackalloc byte[8 + 8 + MostHandleBytes];
        *(uint*)(handle + 8) = MostHandleBytes;
        var system = default(FileSystem);
        int mount;
        fixed (byte* bytes = Encoding.UTF8.GetBytes(path + "\0"))
        {
            var known = StatFs(bytes, &system) == 0 && NameToHandle(AtCurrentDirectory, bytes, handle + 8, &mount, HandleToCompare) == 0;
            errno = known ? 0 : Marshal.GetLastPInvokeError();
            *(ulong*)handle = system.Id;
            return known ? Convert.ToHexString(new ReadOnlySpan<byte>(handle, 16 + *(int*)(handle + 8))) : null;
        }
    }

    // struct fanotify_event_metadata: length, version, reserved, metadata length, mask, fd, pid; then struct fanotify_event_info_fid and the name.
    private static bool Parse(ReadOnlySpan<byte> events, List<DirectoryEvent> into)
    {
        var whole = true;
        while (events.Length >= FanMetadataBytes && MemoryMarshal.Read<int>(events) is var length && length >= FanMetadataBytes && length <= events.Length)
        {
            var mask = (uint)MemoryMarshal.Read<ulong>(events[8..]);
            var info = events[MemoryMarshal.Read<ushort>(events[6..])..length];
            whole &= (mask & Overflow) == 0;
            if (info.Length > 20 && info[0] == FanDirectoryAndName)
            {
                var handle = info[4..(20 + MemoryMarshal.Read<int>(info[12..]))];
                var name = info[(4 + handle.Length)..MemoryMarshal.Read<ushort>(info[2..])];
                var end = name.IndexOf((byte)0);
                into.Add(new(Convert.ToHexString(handle), name[..(end < 0 ? name.Length : end)].ToArray(), mask, MemoryMarshal.Read<int>(events[20..])));
            }

            events = events[length..];
        }

        return whole;
    }
}
