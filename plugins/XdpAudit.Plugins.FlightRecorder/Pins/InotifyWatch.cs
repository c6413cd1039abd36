using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using static XdpAudit.Plugins.FlightRecorder.WatchCalls;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>inotify(7) on directories: it does not tell who.</summary>
internal sealed unsafe class InotifyWatch : IDirectoryWatch
{
    private readonly Descriptor _instance;
    private readonly byte[] _buffer = new byte[64 * 1024];

    private InotifyWatch(Descriptor instance) => _instance = instance;

    public string Hook => "inotify";

    public int Descriptor => _instance.Number;

    internal static InotifyWatch? TryOpen(out int errno)
    {
        var fd = InotifyInit(InotifyFlags);
        errno = fd < 0 ? Marshal.GetLastPInvokeError() : 0;
        return fd < 0 ? null : new(new(fd));
    }

    public string? TryAdd(string path, out int errno)
    {
        fixed (byte* bytes = Encoding.UTF8.GetBytes(path + "\0"))
        {
            var watch = InotifyAdd(Descriptor, bytes, MovedFrom | MovedTo | Create | Delete | InotifyOnlyDirectory);
            errno = watch < 0 ? Marshal.GetLastPInvokeError() : 0;
            return watch < 0 ? null : Key(watch);
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

    public void Dispose() => _instance.Dispose();

    private static string Key(int watch) => watch.ToString(CultureInfo.InvariantCulture);

    // struct inotify_event: watch, mask, cookie, length of the name that follows, filled up with 0.
    private static bool Parse(ReadOnlySpan<byte> events, List<DirectoryEvent> into)
    {
        var whole = true;
        while (events.Length >= InotifyEventBytes)
        {
            var mask = MemoryMarshal.Read<uint>(events[4..]);
            var length = MemoryMarshal.Read<int>(events[12..]);
            whole &= (mask & Overflow) == 0;
            if (length > 0)
            {
                into.Add(new(Key(MemoryMarshal.Read<int>(events)), events.Slice(InotifyEventBytes, length).TrimEnd((byte)0).ToArray(), mask, null));
            }

            events = events[(InotifyEventBytes + length)..];
        }

        return whole;
    }
}
