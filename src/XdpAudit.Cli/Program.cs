using System.Runtime.InteropServices;
using XdpAudit.Cli;

using var interrupt = new CancellationTokenSource();
using var signal = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
{
    // The first interrupt ends in order and says what may still be under way; the second takes the default way out.
    context.Cancel = !interrupt.IsCancellationRequested;
    interrupt.Cancel();
});

return await CommandLineRun.OfAsync(args, Surroundings.OfThisProcess(), interrupt.Token);
