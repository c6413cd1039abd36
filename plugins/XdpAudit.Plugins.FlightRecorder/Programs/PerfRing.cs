using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static XdpAudit.Plugins.FlightRecorder.PerfCalls;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>The perf ring of one processor: the kernel writes at its head, we read from its tail.</summary>
internal sealed unsafe class PerfRing : IDisposable
{
    // What the kernel needs free to write: a record of 48 bytes and, once some were lost, one that says so.
    private const ulong Room = 256;

    /// <summary>It fails with EPERM when more would be locked than may be.</summary>
    internal const string MapCall = "mmap";

    private readonly Descriptor _event;
    private readonly bool _counts;
    private readonly nuint _mapped;
    private readonly byte* _meta;
    private readonly byte* _data;
    private readonly ulong _size;
    private ulong _lost;
    private bool _disposed;

    private PerfRing(Descriptor descriptor, bool counts, nint address, nuint mapped, int cpu)
    {
        (_event, _counts, _mapped, Cpu) = (descriptor, counts, mapped, cpu);
        _meta = (byte*)address;
        _data = _meta + *(ulong*)(_meta + DataOffset);
        _size = *(ulong*)(_meta + DataSize);
    }

    internal int Cpu { get; }

    internal int Fd => _event.Number;

    /// <summary>Bytes it holds.</summary>
    internal ulong Size => _size;

    /// <summary>Whether there is something to read.</summary>
    internal bool HasData => Head() != *(ulong*)(_meta + DataTail);

    /// <summary>Null when the kernel refuses, with the call that failed.</summary>
    internal static PerfRing? TryOpen(int cpu, int pages, out string call, out int errno)
    {
        call = "perf_event_open";
        var counts = true;
        var fd = Open(cpu, pages, FormatLost);
        if (fd < 0 && Marshal.GetLastPInvokeError() == Errnos.Einval)
        {
            counts = false;
            fd = Open(cpu, pages, 0);
        }

        if (fd < 0)
        {
            errno = Marshal.GetLastPInvokeError();
            return null;
        }

        var descriptor = new Descriptor(fd);
        call = MapCall;
        var length = (nuint)((1 + (long)pages) * Environment.SystemPageSize);
        var address = Map(0, length, ProtReadWrite, MapShared, fd, 0);
        errno = address == -1 ? Marshal.GetLastPInvokeError() : 0;
        if (errno == 0)
        {
            return new(descriptor, counts, address, length, cpu);
        }

        descriptor.Dispose();
        return null;
    }

    /// <summary>Adds the records written since the last call, frees their room, and returns how many found none meanwhile.</summary>
    internal ulong Read(List<PerfRecord> into)
    {
        var tail = *(ulong*)(_meta + DataTail);
        var from = tail;
        var head = Head();
        ulong told = 0;
        Span<byte> whole = stackalloc byte[64];
        while (tail < head)
        {
            Copy(tail, whole[..sizeof(Header)]);
            var header = MemoryMarshal.Read<Header>(whole);
            if (header.Size < sizeof(Header))
            {
                // Never written by the kernel; reading on from here would read nonsense, or the same bytes for ever.
                tail = head;
                break;
            }

            if (header.Type == RecordBpfEvent && header.Size >= sizeof(BpfEvent))
            {
                Copy(tail, whole[..sizeof(BpfEvent)]);
                Add(MemoryMarshal.Read<BpfEvent>(whole), into);
            }
            else if (header.Type == RecordLost && header.Size >= sizeof(LostEvent))
            {
                Copy(tail, whole[..sizeof(LostEvent)]);
                told += MemoryMarshal.Read<LostEvent>(whole).Lost;
            }

            tail += header.Size;
        }

        Volatile.Write(ref Unsafe.AsRef<ulong>(_meta + DataTail), tail);

        // A record is lost only while the ring is full up to where we had read. Asking costs an interrupt on that processor, so only then.
        return !_counts ? told : Head() - from + Room > _size ? Lost() : 0;
    }

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _ = Unmap((nint)_meta, _mapped);
            _event.Dispose();
        }
    }

    private static int Open(int cpu, int pages, ulong readFormat)
    {
        var attributes = new Attributes
        {
            Type = TypeSoftware,
            Size = (uint)sizeof(Attributes),
            Config = SoftwareDummy,
            SampleType = SampleTid | SampleTime | SampleCpu,
            ReadFormat = readFormat,
            Flags = FlagWatermark | FlagSampleIdAll | FlagUseClockId | FlagBpfEvent,

            // To wake a reader at every record would make each load twice as dear; at half a ring there is time to come.
            WakeupWatermark = (uint)(pages * (long)Environment.SystemPageSize / 2),
            ClockId = ClockBootTime,
        };
        return PerfCalls.Open(&attributes, cpu);
    }

    private static void Add(in BpfEvent told, List<PerfRecord> into)
    {
        if (told.Kind is BpfEventLoad or BpfEventUnload)
        {
            fixed (byte* tag = told.Tag)
            {
                into.Add(new(told.Kind == BpfEventLoad, told.Id, *(ulong*)tag, told.Sample.Pid, told.Sample.Tid, told.Sample.Time));
            }
        }
    }

    private ulong Head() => Volatile.Read(ref Unsafe.AsRef<ulong>(_meta + DataHead));

    private void Copy(ulong position, Span<byte> into)
    {
        var offset = (int)(position & (_size - 1));
        var first = Math.Min(into.Length, (int)_size - offset);
        new Span<byte>(_data + offset, first).CopyTo(into);
        new Span<byte>(_data, into.Length - first).CopyTo(into[first..]);
    }

    private ulong Lost()
    {
        var answer = stackalloc ulong[2];
        if (FileCalls.Read(Fd, (byte*)answer, 16) != 16)
        {
            return 0;
        }

        var since = answer[1] - _lost;
        _lost = answer[1];
        return since;
    }
}
