using System.Runtime.InteropServices;
using XdpAudit.Plugins.FlightRecorder;

namespace XdpAudit.FlightRecorder.Tests;

public sealed class ProcessRecordTests
{
    // A kernel thread that takes a device away, or frees a program: only hooks in functions of the kernel meet one.
    [Fact]
    public void A_process_with_neither_arguments_nor_executable_is_a_record_without_text()
    {
        using var cgroups = new CgroupPaths();
        var decoder = new NoticeDecoder("function", new Actors(cgroups));
        var process = new ProcessRecord { Head = new() { Kind = RecordKind.Process, Tgid = 2, ProcessStart = 17, Flags = RecordHead.KernelThread } };
        var gone = new DeviceRecord { Head = new() { Kind = RecordKind.DeviceGone, Tgid = 2, ProcessStart = 17, Flags = RecordHead.KernelThread }, Device = new() { IfIndex = 7, NetnsInode = 1 } };
        var heard = new List<KernelNotice>();

        decoder.Decode(MemoryMarshal.AsBytes(new ReadOnlySpan<ProcessRecord>(in process)), heard);
        decoder.Decode(MemoryMarshal.AsBytes(new ReadOnlySpan<DeviceRecord>(in gone)), heard);

        Assert.IsType<Actor.Kernel>(Assert.IsType<InterfaceGoneNotice>(Assert.Single(heard)).Actor);
        Assert.Equal(228, Marshal.SizeOf<ProcessRecord>());
    }
}
