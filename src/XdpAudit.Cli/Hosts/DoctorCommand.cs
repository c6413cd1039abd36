using System.CommandLine;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary>
/// <c>doctor</c>: whether all is well. Asks the auditor; when none runs, becomes the auditor's program, because the checks are about what that
/// program may do on this kernel.
/// </summary>
internal static class DoctorCommand
{
    internal static Command Make(Grammar g) => g.Verb(
        "doctor",
        "checks the kernel, the rights and the store; exits with 1 when a check fails",
        async s =>
        {
            try
            {
                var doctor = await s.ShowAsync(Routes.Doctor, ApiJson.Default.DoctorView, DoctorRenderer.Show);
                return doctor.Ok ? ExitCode.Done : ExitCode.Found;
            }
            catch (CliFailure failure) when (failure.Problem is { Code: ProblemCode.Unavailable, Errno: "ENOENT" or "ECONNREFUSED" } && s.Auditor.Endpoint.Socket is not null)
            {
                if (s.Around.ErrorIsTerminal)
                {
                    s.Say("no auditor is running; checking what one would find");
                }

                return ServerProgram.Become(s.Around, "doctor", "-o", s.Value(g.Output)!);
            }
        },
        g.Output);
}
