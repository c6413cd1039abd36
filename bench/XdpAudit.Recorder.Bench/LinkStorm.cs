using System.Diagnostics;

namespace XdpAudit.Recorder.Bench;

/// <summary>What a storm of links measured. Times are nanoseconds.</summary>
/// <param name="Program">The id of the program of all of them.</param>
/// <param name="Creates">How long each attach took, in ascending order.</param>
/// <param name="Closes">How long each close of its only descriptor took, which detaches it, in ascending order.</param>
internal sealed record MeasuredLinks(uint Program, double[] Creates, double[] Closes);

/// <summary>XDP links on a veth, made and let go one after the other, in a network namespace that goes with the thread that is in it.</summary>
internal static unsafe class LinkStorm
{
    private const int CLONE_NEWNET = 0x40000000;

    internal static MeasuredLinks Run(int count)
    {
        MeasuredLinks? measured = null;
        var thread = new Thread(() => measured = Here(count));
        thread.Start();
        thread.Join();
        return measured!; // what is thrown there ends the process
    }

    private static MeasuredLinks Here(int count)
    {
        Calls.Checked(Calls.Unshare(CLONE_NEWNET));
        using (var ip = Process.Start("ip", ["link", "add", "xa0", "up", "type", "veth", "peer", "name", "xa1"]))
        {
            ip.WaitForExit();
        }

        uint device;
        fixed (byte* name = "xa0\0"u8)
        {
            device = Calls.IfNameToIndex(name); // 0 when there is none, which no link can be on
        }

        var program = new BpfProgram(-Environment.ProcessId).Load();
        var (create, close) = (new double[count], new double[count]);
        for (var i = 0; i < count; i++)
        {
            var a = Stopwatch.GetTimestamp();
            var link = BpfProgram.Link(program, device);
            var b = Stopwatch.GetTimestamp();
            _ = Calls.Close(link);
            create[i] = b - a;
            close[i] = Stopwatch.GetTimestamp() - b;
        }

        return new(BpfProgram.Info(program).Id, Workload.Ascending(create), Workload.Ascending(close));
    }
}
