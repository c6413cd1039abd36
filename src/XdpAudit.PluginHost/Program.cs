using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using XdpAudit.Hosting;

// Started by the auditor with the name of its socket, and of no use to anybody else.
if (args is not [var name])
{
    return 2;
}

// Ctrl-C and a service manager reach all processes of the auditor at once: it decides when this one ends.
PosixSignal[] deaf = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP];
var ignored = deaf.Select(s => PosixSignalRegistration.Create(s, context => context.Cancel = true)).ToList();

using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
await socket.ConnectAsync(new UnixDomainSocketEndPoint("\0" + name));
using var rpc = Channel.Over(new NetworkStream(socket));
var words = rpc.Attach<IWordsWire>();
using var hosted = new HostedPlugin(level => LoggerFactory.Create(b => b.SetMinimumLevel(level).AddProvider(new WireLoggers(words))));
rpc.AddLocalRpcTarget<IPluginWire>(hosted, new() { DisposeOnDisconnect = false });
rpc.StartListening();
await Task.WhenAny(hosted.Ended.Task, EndOfInputAsync(), rpc.Completion);
ignored.ForEach(s => s.Dispose());
Environment.Exit(0); // whatever threads the plugin left behind
return 0;

// Held open by the auditor for as long as it lives, and closed by the kernel if it does not say so itself.
static async Task EndOfInputAsync()
{
#pragma warning disable RS0030 // the descriptor is meant, no words
    var input = Console.OpenStandardInput();
#pragma warning restore RS0030
    while (await input.ReadAsync(new byte[1]) > 0)
    {
    }
}
