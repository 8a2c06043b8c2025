// Writes audit events by the API server's own backends: to a log that it rotates, and to a webhook in batches.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"

	authnv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	auditinternal "k8s.io/apiserver/pkg/apis/audit"
	auditv1 "k8s.io/apiserver/pkg/apis/audit/v1"
	"k8s.io/apiserver/pkg/audit"
	"k8s.io/apiserver/pkg/util/webhook"
	pluginbuffered "k8s.io/apiserver/plugin/pkg/audit/buffered"
	pluginlog "k8s.io/apiserver/plugin/pkg/audit/log"
	pluginwebhook "k8s.io/apiserver/plugin/pkg/audit/webhook"

	"gopkg.in/natefinch/lumberjack.v2"
)

func main() {
	path := flag.String("log", "", "what --audit-log-path says")
	kubeconfig := flag.String("webhook", "", "what --audit-webhook-config-file says")
	count := flag.Int("events", 0, "how many events")
	atOnce := flag.Int("at-once", 50, "events that come together, every 20 ms")
	flag.Parse()

	sender, err := pluginwebhook.NewBackend(*kubeconfig, auditv1.SchemeGroupVersion, webhook.DefaultRetryBackoffWithInitialDelay(5*time.Second), nil)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	batches := pluginbuffered.NewBackend(sender, pluginbuffered.BatchConfig{
		BufferSize:    100000,
		MaxBatchSize:  400,
		MaxBatchWait:  time.Second,
		AsyncDelegate: true,
	})
	file := &lumberjack.Logger{Filename: *path, MaxSize: 2, MaxBackups: 1000, Compress: true}
	backend := audit.Union(pluginlog.NewBackend(file, pluginlog.FormatJson, auditv1.SchemeGroupVersion), batches)

	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if err := backend.Run(ctx.Done()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for number := 0; number < *count; number++ {
		backend.ProcessEvents(event(number))
		if number%*atOnce == 0 {
			time.Sleep(20 * time.Millisecond)
		}
	}
	cancel()
	backend.Shutdown()
	file.Close()
	fmt.Println(*count)
}

func event(number int) *auditinternal.Event {
	now := metav1.NowMicro()
	body := fmt.Sprintf(`{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"p%d","note":"<&> \u2028 ü"},"spec":{"n":%d.50}}`, number, number)
	return &auditinternal.Event{
		Level:                    auditinternal.LevelRequestResponse,
		AuditID:                  types.UID(fmt.Sprintf("00000000-0000-4000-8000-%012d", number)),
		Stage:                    auditinternal.StageResponseComplete,
		RequestURI:               fmt.Sprintf("/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/p%d", number),
		Verb:                     "update",
		User:                     authnv1.UserInfo{Username: "ana", Groups: []string{"system:authenticated"}},
		SourceIPs:                []string{"203.0.113.7"},
		UserAgent:                "kubectl/v1.34",
		ObjectRef:                &auditinternal.ObjectReference{Resource: "networkpolicies", Namespace: "shop", Name: fmt.Sprintf("p%d", number), APIGroup: "networking.k8s.io", APIVersion: "v1"},
		ResponseStatus:           &metav1.Status{Code: 200},
		RequestObject:            &runtime.Unknown{Raw: []byte(body), ContentType: runtime.ContentTypeJSON},
		ResponseObject:           &runtime.Unknown{Raw: []byte(body), ContentType: runtime.ContentTypeJSON},
		RequestReceivedTimestamp: now,
		StageTimestamp:           now,
		Annotations:              map[string]string{"authorization.k8s.io/decision": "allow"},
	}
}
