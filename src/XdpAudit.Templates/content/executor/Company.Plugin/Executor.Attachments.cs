using XdpAudit.Abstractions;

namespace Company.Plugin;

public sealed partial class Executor
{
    private Outcome<AttachedProgram> Attach(AttachRequest request)
    {
        // What is not among the capabilities is said to be so, before anything is looked at.
        var lacks = !request.ByNetlink ? ExecutorCapability.AttachByLink
            : request.Mode == XdpMode.Offload ? ExecutorCapability.AttachOffload
            : request.ExpectedOld is not null ? ExecutorCapability.AttachExpected
            : null;
        if (lacks is not null)
        {
            return Outcome.Unsupported<AttachedProgram>(lacks);
        }

        if (request.Pin is not null)
        {
            return Rejected<AttachedProgram>(Errors.NetlinkHasNoPin);
        }

        // A kernel's numbers are used again: it is the program that was meant when its load time is, too.
        if (kernel.Program(request.Program.Id)?.LoadedNs != request.Program.LoadedNs)
        {
            return Rejected<AttachedProgram>(Errors.NoProgram(request.Program));
        }

        var at = request.Interface;
        if (Wrong(at) is { } wrong)
        {
            return Rejected<AttachedProgram>(wrong);
        }

        var (errno, said) = kernel.SetXdp(at, request.Program.Id, request.Mode, null);
        switch (errno)
        {
            case 0:
                break;
            case Errors.Ebusy or Errors.Eexist:
                return Rejected<AttachedProgram>(Errors.Occupied(at, kernel.InForce(at), errno, said));
            case Errors.Eopnotsupp:
                return new() { Kind = OutcomeKind.Unsupported, Error = Errors.NoSuchMode(at, request.Mode, errno, said) };
            default:
                return Outcome.Failed<AttachedProgram>(Errors.Kernel($"attach program {request.Program.Id} to '{at.Name}'", errno, Errors.SetLink, said));
        }

        // What the kernel shows is the answer, not that it said yes.
        return kernel.InForce(at).FirstOrDefault(there => there.Program == request.Program.Id) is { } inForce
            ? Outcome.Succeeded(new AttachedProgram { Program = inForce.Program, Mode = inForce.Mode, Persistence = Persistence.Interface })
            : Outcome.Failed<AttachedProgram>(Errors.NotInForce(request.Program, at));
    }

    private Outcome<NoValue> Detach(KernelLinkId link) => kernel.DetachLink(link) ? Outcome.Succeeded(new NoValue()) : Outcome.AlreadyApplied(new NoValue());

    private Outcome<NoValue> Detach(DetachRequest request, InterfaceRef at)
    {
        if (Wrong(at) is { } wrong)
        {
            return Rejected<NoValue>(wrong);
        }

        var there = kernel.InForce(at);
        if (there.Count == 0)
        {
            return Outcome.AlreadyApplied(new NoValue());
        }

        // The kernel says yes to the removal of nothing: a mode that is not the one in force would be a false success.
        var aimed = there.FirstOrDefault(one => request.Mode == XdpMode.Unknown || one.Mode == request.Mode);
        if (aimed is null || (request.ExpectedOld is { } expected && aimed.Program != expected))
        {
            return Rejected<NoValue>(Errors.AnotherInForce(at, there));
        }

        var (errno, said) = kernel.SetXdp(at, null, aimed.Mode, aimed.Program);
        return errno switch
        {
            0 when kernel.InForce(at).All(one => one.Mode != aimed.Mode) => Outcome.Succeeded(new NoValue()),
            Errors.Ebusy => Rejected<NoValue>(Errors.Occupied(at, kernel.InForce(at), errno, said)),
            _ => Outcome.Failed<NoValue>(Errors.Kernel($"detach what is at '{at.Name}'", errno, Errors.SetLink, said)),
        };
    }

    /// <summary>The interface is not the one that was meant: its namespace, its number or its name is another's by now.</summary>
    private ExecutorError? Wrong(InterfaceRef at) =>
        kernel.Enter(at.NetnsPath) is not { } netns ? Errors.NoNamespace(at)
        : netns != at.Netns ? Errors.AnotherNamespace(at, netns)
        : kernel.NameOf(at) is not { } name ? Errors.NoInterface(at)
        : name != at.Name ? Errors.AnotherName(at, name)
        : null;
}
