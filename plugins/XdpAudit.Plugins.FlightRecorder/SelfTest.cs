using System.Diagnostics;
using System.Text;
using static XdpAudit.Plugins.FlightRecorder.BpfCalls;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>
/// Does everything once that a tier may have a hook on, with programs, links, interfaces and pins of its own that nobody else sees. It knows of no
/// hook; whoever asked compares the counts.
/// </summary>
internal sealed class SelfTest(OwnObjects own, Action<string> onBpffs)
{
    internal const string ProgramName = "xat_selftest";

    /// <summary>What the kernel refused, or null when everything was done. Nothing it made is left in either case.</summary>
    internal async Task<string?> RunAsync()
    {
        try
        {
            await PrivateCorner.RunAsync(Act).ConfigureAwait(false);
            await EndAProcessAsync().ConfigureAwait(false);
            return null;
        }
        catch (StepFailed step)
        {
            return step.Message;
        }
    }

    private static async Task EndAProcessAsync()
    {
#pragma warning disable RS0030 // only a process that ends makes the hook on that fire
        try
        {
            using var process = Process.Start(new ProcessStartInfo("/bin/true") { UseShellExecute = false })!;
            await process.WaitForExitAsync().ConfigureAwait(false);
        }
        catch (System.ComponentModel.Win32Exception refused)
        {
            throw new StepFailed("start '/bin/true'", refused.NativeErrorCode);
        }
#pragma warning restore RS0030
    }

    private unsafe void Act(string bpffs)
    {
        onBpffs(bpffs);
        using var interfaces = new PrivateInterfaces();
        if (interfaces.Cookie() is { } cookie)
        {
            own.AddNamespace(cookie);
        }

        using var first = Load();
        using var second = Load();
        var index = interfaces.AddPair("xat_left", "xat_right");

        using (var link = Link(first, index))
        {
            Do("bpf(BPF_LINK_UPDATE)", LinkUpdate, new() { First = (uint)link.Number, Second = (uint)second.Number }, sizeof(LinkAttributes));
            PinAndUnpin(link, $"{bpffs}/xat_link");
            Do("bpf(BPF_LINK_DETACH)", LinkDetach, new() { First = (uint)link.Number }, sizeof(uint));
        }

        // Let go while it is in force, which is another way in the kernel than being detached.
        Link(first, index).Dispose();

        interfaces.SetXdp(index, first.Number);
        interfaces.SetXdp(index, second.Number);
        interfaces.SetXdp(index, -1);
        PinAndUnpin(first, $"{bpffs}/xat_program");

        using (Link(first, index))
        {
            interfaces.Delete(index);
        }
    }

    private Descriptor Load()
    {
        var program = KernelPrograms.TryLoadPass("xat_selftest"u8, out var errno) ?? throw new StepFailed("bpf(BPF_PROG_LOAD)", errno);
        own.AddProgram(Id(program));
        return program;
    }

    private unsafe Descriptor Link(Descriptor program, uint ifIndex)
    {
        var attributes = new LinkAttributes { First = (uint)program.Number, Second = ifIndex, Third = AttachTypeXdp };
        var fd = Bpf(LinkCreate, &attributes, sizeof(LinkAttributes));
        var link = fd >= 0 ? new Descriptor(fd) : throw new StepFailed("bpf(BPF_LINK_CREATE)", -fd);
        own.AddLink(Id(link));
        return link;
    }

    private static unsafe void PinAndUnpin(Descriptor descriptor, string at)
    {
        var path = Encoding.UTF8.GetBytes(at + "\0");
        fixed (byte* bytes = path)
        {
            var attributes = new PinAttributes { Path = (ulong)bytes, Fd = (uint)descriptor.Number };
            var answer = Bpf(ObjPin, &attributes, sizeof(PinAttributes));
            if (answer < 0)
            {
                throw new StepFailed("bpf(BPF_OBJ_PIN)", -answer);
            }
        }

        if (!FileCalls.TryRemove(path, out var errno))
        {
            throw new StepFailed($"unlink '{at}'", errno);
        }
    }

    private static unsafe void Do(string what, int command, LinkAttributes attributes, int size)
    {
        var answer = Bpf(command, &attributes, size);
        if (answer < 0)
        {
            throw new StepFailed(what, -answer);
        }
    }

    private static uint Id(Descriptor descriptor) =>
        KernelPrograms.TryId(descriptor, out var id) ? id : throw new StepFailed("bpf(BPF_OBJ_GET_INFO_BY_FD)", Errnos.Eio);
}
